package message

import (
	"bytes"
	"encoding/base64"
	"strings"
)

// DecodeTransfer undoes a Content-Transfer-Encoding (RFC 2045 §6): an empty one is 7bit. What is wrongly encoded is
// taken as far as it makes sense; ok is false for an encoding that nobody knows, whose octets come as they are.
func DecodeTransfer(encoding string, body []byte) (octets []byte, ok bool) {
	switch strings.ToLower(encoding) {
	case "", "7bit", "8bit", "binary":
		return body, true
	case "base64":
		return decodeBase64(body), true
	case "quoted-printable":
		return decodeQuotedPrintable(body), true
	}
	return body, false
}

// decodeBase64 passes over what is not of the alphabet, and ends at padding that is not the end (RFC 2045 §6.8).
func decodeBase64(body []byte) []byte {
	clean := make([]byte, 0, len(body))
	for _, c := range body {
		switch {
		case 'A' <= c && c <= 'Z', 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '+', c == '/':
			clean = append(clean, c)
		}
	}
	if len(clean)%4 == 1 { // six bits are no octet
		clean = clean[:len(clean)-1]
	}
	n, _ := base64.RawStdEncoding.Decode(clean, clean)
	return clean[:n]
}

// decodeQuotedPrintable leaves an "=" that no two hexadecimal digits follow as it is (RFC 2045 §6.7).
func decodeQuotedPrintable(body []byte) []byte {
	out := make([]byte, 0, len(body))
	for len(body) > 0 {
		end := lineEnd(body, 0)
		line, eol := body[:end], []byte(nil)
		body = body[end:]
		if text := bytes.TrimRight(line, " \t\r\n"); len(text) < len(line) {
			if bytes.HasSuffix(line, []byte("\n")) {
				eol = line[len(line)-1:]
				if bytes.HasSuffix(line, []byte("\r\n")) {
					eol = line[len(line)-2:]
				}
			}
			line = text // white space at a line's end was added on the way
		}
		if bytes.HasSuffix(line, []byte("=")) { // a soft line break
			line, eol = line[:len(line)-1], nil
		}
		for i := 0; i < len(line); i++ {
			if c := line[i]; c == '=' && i+2 < len(line) {
				hi, lo := unhex(line[i+1]), unhex(line[i+2])
				if hi >= 0 && lo >= 0 {
					out = append(out, byte(hi<<4|lo))
					i += 2
					continue
				}
			}
			out = append(out, line[i])
		}
		out = append(out, eol...)
	}
	return out
}
