package smtp

import "strings"

// Leniency is a set of forms that the grammar forbids and that some servers take all the same.
type Leniency uint8

// The forms.
const (
	// LenientSpace is white space behind FROM: and TO:.
	LenientSpace Leniency = 1 << iota
	// LenientBrackets is an address without < and >.
	LenientBrackets
	// LenientName is a client that calls itself by what is no domain: "EHLO my_laptop", "HELO" with nothing behind it.
	LenientName
	// LenientLineEnds is a line that ends with LF alone. In a message it is a line end as CR LF is, before and behind the
	// lone dot too: what one server reads as text can so become commands for the next one (RFC 5321 §2.3.8).
	LenientLineEnds
)

// leniencies are the forms as files and notes name them.
var leniencies = [...]string{"space", "brackets", "name", "line-ends"}

// LeniencyNamed returns the form with that name, and false where there is none.
func LeniencyNamed(name string) (Leniency, bool) {
	for i, n := range leniencies {
		if n == name {
			return 1 << i, true
		}
	}
	return 0, false
}

// String is the names of the forms, with blanks between.
func (l Leniency) String() string {
	var names []string
	for i, name := range leniencies {
		if l.has(1 << i) {
			names = append(names, name)
		}
	}
	return strings.Join(names, " ")
}

// formsNamed is what [Leniency.String] has written.
func formsNamed(names string) (l Leniency) {
	for i, name := range leniencies {
		if strings.Contains(names, name) { // none is in another
			l |= 1 << i
		}
	}
	return l
}

func (l Leniency) has(form Leniency) bool { return l&form != 0 }

// takes says whether the parser may take a form, and notes that the line has it.
func (p *parser) takes(form Leniency) bool {
	if !p.lenient.has(form) {
		return false
	}
	p.used |= form
	return true
}
