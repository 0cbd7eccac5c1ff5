//go:build !first

package dkim

import "crypto/ed25519"

func init() {
	curve.sign = func(seed, digest []byte) []byte { return ed25519.Sign(ed25519.NewKeyFromSeed(seed), digest) }
	curve.public = func(seed []byte) []byte { return ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey) }
	curve.verify = func(point, digest, signature []byte) bool { return ed25519.Verify(point, digest, signature) }
}
