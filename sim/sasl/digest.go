package sasl

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"strconv"
)

// Timestamp makes the timestamp of POP3's greeting (RFC 1939 §7) and of CRAM-MD5 (RFC 2195 §2) from 64 bits of chance,
// which have to be new each time, a moment in Unix seconds, and the server's name.
func Timestamp(chance uint64, seconds int64, host string) string {
	t := append([]byte(nil), '<')
	t = append(strconv.AppendUint(t, chance, 10), '.')
	t = append(strconv.AppendInt(t, seconds, 10), '@')
	return string(append(append(t, host...), '>'))
}

// Nonce makes a nonce of SCRAM (RFC 5802 §5.1) from 128 bits of chance, which have to be new each time.
func Nonce(a, b uint64) string {
	var octets [16]byte
	binary.BigEndian.PutUint64(octets[:8], a)
	binary.BigEndian.PutUint64(octets[8:], b)
	return base64.RawStdEncoding.EncodeToString(octets[:])
}

// Fresh is a configuration with the timestamp and the nonce of a session's n-th exchange, made of the chance that the
// session was given. Without that chance nobody can foretell them, nor tell one from another.
func Fresh(chance [2]uint64, n uint64, host string) Config {
	var seed [24]byte
	for i, v := range [...]uint64{chance[0], chance[1], n} {
		binary.BigEndian.PutUint64(seed[8*i:], v)
	}
	sum := sha256.Sum256(seed[:])
	word := func(i int) uint64 { return binary.BigEndian.Uint64(sum[8*i:]) }
	return Config{Timestamp: Timestamp(word(0), int64(n), host), Nonce: Nonce(word(1), word(2))}
}

// APOP is the digest of POP3's APOP command: MD5 of the greeting's timestamp, with its angle brackets, and the password,
// in lower-case hexadecimal (RFC 1939 §7).
func APOP(timestamp, password string) string {
	sum := md5.Sum([]byte(timestamp + password))
	return hex.EncodeToString(sum[:])
}

// CheckAPOP says whether a digest is the one that a user's password gives. It does the same work where the name is one
// that nobody has.
func CheckAPOP(timestamp, digest string, secret Secret) bool {
	right := hmac.Equal([]byte(digest), []byte(APOP(timestamp, secret.Password)))
	return right && secret.Known && secret.Password != ""
}

// CheckPassword says whether a password is the user's, for commands that carry it as it is. It does the same work where the
// name is one that nobody has.
func CheckPassword(given string, secret Secret) bool {
	right := isSame(given, secret.Password)
	return right && secret.Known && secret.Password != ""
}

// cramDigest is the digest of CRAM-MD5 (RFC 2195 §2): HMAC-MD5 with the password as its key.
func cramDigest(timestamp, password string) string {
	h := hmac.New(md5.New, []byte(password))
	h.Write([]byte(timestamp))
	return hex.EncodeToString(h.Sum(nil))
}
