package smtp

import (
	"strings"

	"ehlo/sim/machine"
)

// parameter is one parameter of MAIL or RCPT; C is the command's type.
type parameter[C any] struct {
	keyword string
	ref     string
	needs   Extensions // it is known where these are offered
	// read takes the value, "" where there is none, at the parser's place. It returns false after p.fail.
	read func(p *parser, c *C, value string) bool
}

// parameters takes *(SP esmtp-param) up to the end of the line (RFC 5321 §4.1.2).
func parameters[C any](p *parser, table []parameter[C], c *C) bool {
	var seen uint32 // a bit for each entry of the table
	for !p.end() {
		if !p.octet(' ') {
			return p.fail(termSpace, ReplyParameterSyntax)
		}
		start := p.pos
		keyword := p.while(isLdh)
		if len(keyword) == 0 || keyword[0] == '-' {
			return p.failAt(start, termParameter, ReplyParameterSyntax)
		}
		value, at := "", p.pos
		if p.octet('=') {
			at = p.pos
			if value = string(p.while(isValue)); value == "" {
				return p.fail(termParameterValue, ReplyParameterSyntax)
			}
		}
		if !p.end() && p.at() != ' ' {
			return p.fail(termParameterValue, ReplyParameterSyntax)
		}
		i := indexParameter(table, keyword)
		if i < 0 || !p.offered.has(table[i].needs) {
			return p.failAt(start, termParameter, ReplyParameter)
		}
		if seen&(1<<i) != 0 {
			return p.failAt(start, termRepeated, ReplyParameterSyntax)
		}
		seen |= 1 << i
		end := p.pos
		p.pos = at
		if !table[i].read(p, c, value) {
			return false
		}
		p.pos = end
		if p.note {
			p.spans = append(p.spans,
				machine.Span{Start: start, End: end, Term: "smtp.parameter." + table[i].keyword, Ref: table[i].ref})
		}
	}
	return true
}

func indexParameter[C any](table []parameter[C], keyword []byte) int {
	for i := range table {
		if strings.EqualFold(table[i].keyword, string(keyword)) {
			return i
		}
	}
	return -1
}

// noValue takes a parameter that stands alone.
func (p *parser) noValue(value string) bool {
	return value == "" || p.fail(termNoValue, ReplyParameterSyntax)
}

// xtext takes a value in xtext that stands for at most limit octets of printable ASCII.
func (p *parser) xtext(value string, limit int, t term) (string, bool) {
	text, bad, ok := parseXtext(value)
	if !ok {
		p.pos += bad
		return "", p.fail(termXtext, ReplyParameterSyntax)
	}
	for i := range len(text) {
		if !isPrintable(text[i]) {
			return "", p.fail(t, ReplyParameterSyntax)
		}
	}
	return text, text != "" && len(text) <= limit || p.fail(t, ReplyParameterSyntax)
}
