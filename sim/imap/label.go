package imap

import "bytes"

// split cuts the first three words off a line; the last of what it returns is the rest.
func split(words [][]byte, text []byte) [][]byte {
	for len(words) < 3 {
		word, rest, ok := bytes.Cut(text, space)
		if !ok {
			break
		}
		words, text = append(words, word), rest
	}
	return append(words, text)
}

var space = []byte(" ")

// untaggedLabel is "* OK" or "* 3 EXISTS".
func untaggedLabel(words [][]byte) string {
	var room [40]byte
	text := append(room[:0], '*')
	for i := 1; i < len(words) && i < 3; i++ {
		text = appendPrintable(append(text, ' '), words[i])
		if c := words[i]; len(c) == 0 || c[0] < '0' || c[0] > '9' {
			break
		}
	}
	return string(upper(text))
}

// label is a command's name as a packet shows it.
func label(word []byte) string {
	var room [16]byte
	return string(upper(appendPrintable(room[:0], word)))
}

// printable is the beginning of a word in ASCII, whatever was sent.
func printable(word []byte) string {
	var room [16]byte
	return string(appendPrintable(room[:0], word))
}

func appendPrintable(dst, word []byte) []byte {
	if len(word) == 0 {
		return append(dst, '?')
	}
	for _, c := range word[:min(len(word), 16)] {
		if c < ' ' || c > '~' {
			c = '?'
		}
		dst = append(dst, c)
	}
	return dst
}

// upper makes capitals of ASCII letters, in place.
func upper(text []byte) []byte {
	for i, c := range text {
		if c >= 'a' && c <= 'z' {
			text[i] = c - ('a' - 'A')
		}
	}
	return text
}
