package message

import (
	"strings"
	"unicode/utf8"
)

// What the charsets have for the octets from 128. An octet that a charset leaves out is U+FFFD.
const (
	// RFC 1489
	koi8r = "─│┌┐└┘├┤┬┴┼▀▄█▌▐░▒▓⌠■∙√≈≤≥\u00a0⌡°²·÷═║╒ё╓╔╕╖╗╘╙╚╛╜╝╞╟╠╡Ё╢╣╤╥╦╧╨╩╪╫╬©" +
		"юабцдефгхийклмнопярстужвьызшэщчъЮАБЦДЕФГХИЙКЛМНОПЯРСТУЖВЬЫЗШЭЩЧЪ"

	windows1251 = "ЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏђ‘’“”•–—\ufffd™љ›њќћџ\u00a0ЎўЈ¤Ґ¦§Ё©Є«¬\u00ad®Ї°±Ііґµ¶·ё№є»јЅѕї" +
		"АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдежзийклмнопрстуфхцчшщъыьэюя"

	windows1252 = "€\ufffd‚ƒ„…†‡ˆ‰Š‹Œ\ufffdŽ\ufffd\ufffd‘’“”•–—˜™š›œ\ufffdžŸ\u00a0¡¢£¤¥¦§¨©ª«¬\u00ad®¯°±²³´µ¶·¸¹º»¼½¾¿" +
		"ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ"

	iso8859x15 = "\u0080\u0081\u0082\u0083\u0084\u0085\u0086\u0087\u0088\u0089\u008a\u008b\u008c\u008d\u008e\u008f\u0090\u0091\u0092\u0093\u0094\u0095\u0096\u0097\u0098\u0099\u009a\u009b\u009c\u009d\u009e\u009f\u00a0¡¢£€¥Š§š©ª«¬\u00ad®¯°±²³Žµ¶·ž¹º»ŒœŸ¿" +
		"ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ"
)

// charsets are those of one octet a character whose lower half is ASCII; "" has U+0080 to U+00FF for its upper half.
var charsets = [...]struct{ name, high string }{
	{"iso-8859-1", ""},
	{"iso-8859-15", iso8859x15},
	{"koi8-r", koi8r},
	{"windows-1251", windows1251},
	{"windows-1252", windows1252},
}

// Charsets are the charsets that [ToUTF8] knows, as MIME names them.
func Charsets() []string {
	names := []string{"US-ASCII", "UTF-8"}
	for _, c := range charsets {
		names = append(names, strings.ToUpper(c.name))
	}
	return names
}

// ToUTF8 returns text of a charset as UTF-8, and false where it does not know the charset or the octets are none of its
// text. US-ASCII is taken as UTF-8, which it is a part of.
func ToUTF8(charset string, octets []byte) (string, bool) {
	charset = strings.ToLower(charset)
	switch charset {
	case "utf-8", "us-ascii", "utf8", "ascii":
		return string(octets), utf8.Valid(octets)
	}
	for _, c := range charsets {
		if c.name == charset {
			return widen(octets, c.high), true
		}
	}
	return "", false
}

// widen puts characters in the place of octets.
func widen(octets []byte, high string) string {
	var runes []rune
	var out strings.Builder
	out.Grow(len(octets))
	for _, c := range octets {
		switch {
		case c < 128:
			out.WriteByte(c)
		case high == "":
			out.WriteRune(rune(c))
		default:
			if runes == nil {
				runes = []rune(high)
			}
			out.WriteRune(runes[c-128])
		}
	}
	return out.String()
}
