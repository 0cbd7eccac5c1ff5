package sasl

import (
	"errors"
	"unicode/utf8"
)

// What can be wrong with a name or a password that is to be prepared.
var (
	// ErrProhibited is text that SASLprep forbids: a control character, octets that are not UTF-8, or nothing at all.
	ErrProhibited = errors.New("sasl: prohibited by SASLprep")
	// ErrUnsupported is text whose preparation needs tables of Unicode that this package does not have.
	ErrUnsupported = errors.New("sasl: beyond the part of SASLprep that is supported")
)

// plainRanges are the characters beyond ASCII that SASLprep leaves as they are, alone and beside each other: assigned in
// Unicode 3.2, not prohibited, written from left to right, and neither changed nor joined by normalization form KC.
var plainRanges = [...][2]rune{
	{0x00A1, 0x00A7}, {0x00A9, 0x00A9}, {0x00AB, 0x00AC}, {0x00AE, 0x00AE}, {0x00B0, 0x00B1}, {0x00B6, 0x00B7},
	{0x00BB, 0x00BB}, {0x00BF, 0x0131}, {0x0134, 0x013E}, {0x0141, 0x0148}, {0x014A, 0x017E}, // Latin
	{0x0386, 0x0386}, {0x0388, 0x038A}, {0x038C, 0x038C}, {0x038E, 0x03A1}, {0x03A3, 0x03CE}, // Greek
	{0x0400, 0x0482}, {0x048A, 0x04CE}, {0x04D0, 0x04F5}, {0x04F8, 0x04F9}, // Cyrillic
	{0x20AC, 0x20AC},                                     // the euro sign
	{0x3041, 0x3094}, {0x30A1, 0x30FA}, {0x30FC, 0x30FC}, // Japanese
	{0x4E00, 0x9FA5}, {0xAC00, 0xD7A3}, // Chinese characters, Korean
}

// Prepare applies SASLprep (RFC 4013) to a name or a password. ASCII is complete: it stays as it is, and control
// characters are [ErrProhibited]. Of the rest, the letters of the Latin, Greek, Cyrillic, Japanese, Chinese and Korean
// scripts that need no normalization stay, the spaces U+00A0 and U+3000 become a space, and the soft hyphen goes;
// anything else (accents as characters of their own, ligatures, scripts written from right to left) is [ErrUnsupported].
func Prepare(s string) (string, error) {
	ascii := true
	for i := range len(s) {
		c := s[i]
		if c < ' ' || c == 0x7F {
			return "", ErrProhibited
		}
		ascii = ascii && c < utf8.RuneSelf
	}
	if s == "" || !utf8.ValidString(s) {
		return "", ErrProhibited
	}
	if ascii {
		return s, nil
	}
	return prepareRunes(s)
}

func prepareRunes(s string) (string, error) {
	prepared := make([]byte, 0, len(s))
	for _, r := range s {
		switch {
		case r == 0xA0 || r == 0x3000:
			prepared = append(prepared, ' ')
		case r == 0xAD:
		case r >= 0x80 && r <= 0x9F:
			return "", ErrProhibited
		case r < utf8.RuneSelf || isPlain(r):
			prepared = utf8.AppendRune(prepared, r)
		default:
			return "", ErrUnsupported
		}
	}
	if len(prepared) == 0 {
		return "", ErrProhibited
	}
	return string(prepared), nil
}

func isPlain(r rune) bool {
	for _, x := range plainRanges {
		if r <= x[1] {
			return r >= x[0]
		}
	}
	return false
}

// prepareOr prepares text for a mechanism that may compare octets: what is beyond [Prepare] stays as it is.
func prepareOr(s string) (string, error) {
	p, err := Prepare(s)
	if err == ErrUnsupported {
		return s, nil
	}
	return p, err
}
