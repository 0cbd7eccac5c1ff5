package smtp

// appendXtext adds text in the form in which parameters carry any octets: printable ASCII but "+" and "=" stays, the rest
// becomes "+" and two hexadecimal digits (RFC 3461 §4).
func appendXtext(dst []byte, text string) []byte {
	const hex = "0123456789ABCDEF"
	for i := range len(text) {
		if c := text[i]; c < '!' || c > '~' || c == '+' || c == '=' {
			dst = append(dst, '+', hex[c>>4], hex[c&15])
		} else {
			dst = append(dst, c)
		}
	}
	return dst
}

// parseXtext reads xtext; on failure it returns where the text goes wrong.
func parseXtext(text string) (decoded string, bad int, ok bool) {
	var b []byte
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c == '+' {
			hi, lo := hexDigit(text, i+1), hexDigit(text, i+2)
			if hi < 0 || lo < 0 {
				return "", i, false
			}
			c, i = byte(hi<<4|lo), i+2
		}
		b = append(b, c)
	}
	return string(b), 0, true
}

// hexDigit is the value of a hexadecimal digit of a text, in capitals as xtext writes it, and -1 where there is none.
func hexDigit(text string, i int) int {
	switch {
	case i >= len(text):
		return -1
	case isDigit(text[i]):
		return int(text[i] - '0')
	case 'A' <= text[i] && text[i] <= 'F':
		return int(text[i]-'A') + 10
	}
	return -1
}
