package sasl

import (
	"encoding/base64"
	"strconv"

	"ehlo/sim/machine"
)

// Fault is what is wrong with base64.
type Fault uint8

// The faults.
const (
	FaultOctet   Fault = iota + 1 // an octet that is not in the alphabet
	FaultPadding                  // "=" before the end, or more of them than belong there
	FaultLength                   // the text ends within a group of four
	FaultBits                     // the last character before "=" says more than the octets need
)

// faults are the identifiers of the faults, behind "sasl.why.".
var faults = [...]string{FaultOctet: "base64-octet", FaultPadding: "base64-padding", FaultLength: "base64-length", FaultBits: "base64-bits"}

// Base64Error is text that is not base64 as RFC 4648 §4 writes it: in groups of four, with "=" at the end.
type Base64Error struct {
	Pos   int // the octet of the text at which it goes wrong, from 0
	Fault Fault
}

// Error gives the place and the identifier of the fault.
func (e *Base64Error) Error() string {
	return "octet " + strconv.Itoa(e.Pos+1) + ": " + faults[e.Fault]
}

// Note is the fault as a message: {pos} is the octet of the text, from 1.
func (e *Base64Error) Note() machine.Note {
	return machine.Note{ID: "sasl.why." + faults[e.Fault], Args: machine.Args{"pos": strconv.Itoa(e.Pos + 1)}}
}

// value gives each character of the alphabet its six bits and every other octet 255 (RFC 4648 §4).
var value = func() (v [256]byte) {
	for i := range v {
		v[i] = 255
	}
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	for i := range len(alphabet) {
		v[alphabet[i]] = byte(i)
	}
	return v
}()

// Decode reads base64 strictly: no octet outside the alphabet (no line end either), padding present and only at the end,
// unused bits zero (RFC 4648 §3.2, §3.3 and §3.5). The error is a [*Base64Error].
func Decode(text []byte) ([]byte, error) {
	if err := check(text); err != nil {
		return nil, err
	}
	octets := make([]byte, base64.StdEncoding.DecodedLen(len(text)))
	n, err := base64.StdEncoding.Decode(octets, text)
	if err != nil { // check leaves nothing that is wrong
		return nil, &Base64Error{Pos: len(text), Fault: FaultLength}
	}
	return octets[:n], nil
}

// check finds the first octet at which text is not base64.
func check(text []byte) *Base64Error {
	data := len(text) // the characters before the padding
	for i, c := range text {
		switch {
		case c == '=':
			data = min(data, i)
		case value[c] == 255:
			return &Base64Error{i, FaultOctet}
		}
	}
	for _, c := range text[data:] {
		if c != '=' {
			return &Base64Error{data, FaultPadding}
		}
	}
	pad, rest := len(text)-data, data%4
	switch {
	case pad == 0 && rest == 0:
		return nil
	case pad == 0 || rest >= 2 && rest+pad < 4:
		return &Base64Error{len(text), FaultLength}
	case rest < 2:
		return &Base64Error{data, FaultPadding}
	case rest+pad > 4:
		return &Base64Error{data + 4 - rest, FaultPadding}
	case value[text[data-1]]&unused[rest] != 0:
		return &Base64Error{data - 1, FaultBits}
	}
	return nil
}

// unused are the bits of the last character that no octet needs, by how many characters the last group has.
var unused = [4]byte{2: 15, 3: 3}

// Initial reads the initial response of an AUTH or AUTHENTICATE command: base64, or "=" for one without octets
// (RFC 4954 §4, RFC 5034 §4, RFC 4959 §3). The error is a [*Base64Error].
func Initial(text []byte) ([]byte, error) {
	if string(text) == "=" {
		return nil, nil
	}
	return Decode(text)
}

// IsCancel says whether a client's line, without its end, gives the exchange up (RFC 4954 §4, RFC 5034 §4).
func IsCancel(text []byte) bool { return string(text) == "*" }

// Append appends octets in base64.
func Append(dst, octets []byte) []byte { return base64.StdEncoding.AppendEncode(dst, octets) }

// AppendInitial appends an initial response: base64, or "=" where there are no octets.
func AppendInitial(dst, octets []byte) []byte {
	if len(octets) == 0 {
		return append(dst, '=')
	}
	return Append(dst, octets)
}

// OnText moves spans of octets to the base64 of them, which begins at octet off of a line. A character that belongs to
// two octets goes to the first of them, so that spans that do not overlap stay so, and each keeps a character at least.
func OnText(spans []machine.Span, off int) []machine.Span {
	moved := make([]machine.Span, len(spans))
	for i, s := range spans {
		s.Start, s.End = off+(s.Start*8+5)/6, off+(s.End*8+5)/6
		moved[i] = s
	}
	return moved
}
