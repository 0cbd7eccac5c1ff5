// Package srs rewrites the sender of a message that is forwarded, so that SPF passes for the host that forwards it, and finds
// the sender again when a report comes back (Sender Rewriting Scheme). It is a convention and not an RFC: an address as in
// SRS0=HHHH=TT=example.org=alice@forwarder.example, with a digest and the day.
package srs

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strings"
)

// maxAge is how many days an address stays good.
const maxAge = 21

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

// day is a moment in seconds since 1970-01-01 UTC as two characters, which come again after 1024 days.
func day(now int64) int64 { return now / 86400 % 1024 }

func stamp(n int64) string { return string([]byte{digits[n>>5], digits[n&31]}) }

func digest(secret string, parts ...string) string {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write([]byte(strings.ToLower(strings.Join(parts, "="))))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))[:4]
}

// Forward returns the local part of the sender, at the forwarder's domain, of a message from local@domain. One that was
// rewritten by a forwarder before is kept short: reports go to that one first.
func Forward(secret, local, domain string, now int64) string {
	switch kind, rest, _ := strings.Cut(local, "="); {
	case !Is(local):
	case strings.EqualFold(kind, "SRS0"):
		rest = "=" + rest
		return "SRS1=" + digest(secret, domain, rest) + "=" + domain + "=" + rest
	case strings.EqualFold(kind, "SRS1"):
		if parts := strings.SplitN(rest, "=", 3); len(parts) == 3 { // the digest is this host's to make
			return "SRS1=" + digest(secret, parts[1], parts[2]) + "=" + parts[1] + "=" + parts[2]
		}
	}
	t := stamp(day(now))
	return "SRS0=" + digest(secret, t, domain, local) + "=" + t + "=" + domain + "=" + local
}

// Is says whether a local part has the form of a rewritten one.
func Is(local string) bool {
	kind, _, found := strings.Cut(local, "=")
	return found && (strings.EqualFold(kind, "SRS0") || strings.EqualFold(kind, "SRS1"))
}

// Back returns the address that a local part stands for. ok is false where it is none of this host's, or too old.
func Back(secret, local string, now int64) (back, domain string, ok bool) {
	if !Is(local) {
		return "", "", false
	}
	kind, rest, _ := strings.Cut(local, "=")
	if strings.EqualFold(kind, "SRS1") {
		parts := strings.SplitN(rest, "=", 3)
		if len(parts) != 3 || !hmac.Equal([]byte(parts[0]), []byte(digest(secret, parts[1], parts[2]))) {
			return "", "", false
		}
		return "SRS0" + parts[2], parts[1], true
	}
	parts := strings.SplitN(rest, "=", 4)
	if len(parts) != 4 || !hmac.Equal([]byte(parts[0]), []byte(digest(secret, parts[1:]...))) || len(parts[1]) != 2 {
		return "", "", false
	}
	t := strings.ToUpper(parts[1])
	high, low := strings.IndexByte(digits, t[0]), strings.IndexByte(digits, t[1])
	if high < 0 || low < 0 || (day(now)-int64(high<<5|low)+1024)%1024 > maxAge {
		return "", "", false
	}
	return parts[3], parts[2], true
}
