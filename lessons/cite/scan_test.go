package cite

import (
	"fmt"
	"strings"
	"testing"
)

func testScanner(t *testing.T) *Scanner {
	s, err := NewScanner()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestRight(t *testing.T) {
	for _, c := range []struct {
		text  string
		cited int
	}{
		{"no citation", 0},
		{"RFC 5321 alone, and RFC822.SIZE, time.RFC3339, message/rfc822", 0},
		{"RFC 5321 §4.1.1.2", 1},
		{"(RFC 5321 §4.1.1.2, Reverse-path).", 1},
		{"RFC 5321 §4.1.1.2. The next sentence.", 1},
		{"RFC 5321 §D.1, RFC 5321 §C", 2},
		{"RFC 5321 Appendix C and RFC 5321 Appendix F.6", 2},
		{"RFC 821 Appendix E, RFC 5322 §7.2, RFC 5322 §A.1.1", 3},
		{"RFC 1939 §4, §5", 2},
		{"RFC 3501 §7.4.1 and §5.5", 2},
		{"RFC 5321 §4.5.3.1.1 to §4.5.3.1.3", 2},
		{"RFC 5321 §2.3.5, §4.1.2; RFC 1035 §2.3.1", 3},
		{"// of a mailbox (RFC\n// 3501 §7.4.1), and of\n// nothing (§2.3.4)", 2},
		{"# of a mailbox (RFC 3501\n# §7.4.1)", 1},
		{"/**\n * RFC 3501\n * §7.4.1\n */", 1},
		{"RFC\u00a05321\u00a0§4.2, RFC&nbsp;5321&nbsp;§4.2", 2},
		{"<a>RFC 5321</a>, <b>§4.2</b>", 1},
		{"\t{\"MAIL\", \"RFC 5321 §4.1.1.2\"},\n\t{\"USER\", \"RFC 1939 §7\"},\n", 2},
		{"https://www.rfc-editor.org/rfc/rfc5321#section-4.1.1.2", 1},
		{"https://www.rfc-editor.org/rfc/rfc5321.html#appendix-D.1", 1},
		{"RFC 2060 §6.3.8 (a section that only its table of contents has)", 1},
		{"RFC 99999 §1.2", 1},
		{"Appendix C, of whatever book", 0},
		{"(draft-murchison-sasl-login-00 §2.1), RFC 4616 §2", 1},
		{"a § in a sentence, `\"§\"+number`, §Note", 0},
	} {
		s := testScanner(t)
		s.Scan("x.go", c.text)
		if s.Cited != c.cited || len(s.Problems) > 0 {
			t.Errorf("%q: %d cited, want %d; %v", c.text, s.Cited, c.cited, s.Problems)
		}
	}
}

func TestWrong(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"RFC 5321 §4.1.1.12", "1: RFC 5321 has no §4.1.1.12; the nearest is §4.1.1.11 Mail-Parameter and Rcpt-Parameter Error Responses"},
		{"RFC 5321 §4.1.1.0", "1: RFC 5321 has no §4.1.1.0; the nearest is §4.1.1.1 Extended HELLO (EHLO) or HELLO (HELO)"},
		{"RFC 3501 §7.4.2.1", "1: RFC 3501 has no §7.4.2.1; the nearest is §7.4.2 FETCH Response"},
		{"RFC 1939 §16", "1: RFC 1939 has no §16; the nearest is §15 Authors' Addresses"},
		{"RFC 1939 §5.1.2", "1: RFC 1939 has no §5.1.2; the nearest is §5 The TRANSACTION State"},
		{"RFC 5321 Appendix G", "1: RFC 5321 has no §G; the nearest is §F Deprecated Features of RFC 821"},
		{"RFC 5321 §D.9", "1: RFC 5321 has no §D.9; the nearest is §D.4 Verifying and Sending Scenario"},
		{"RFC 1939 §4, §17", "1: RFC 1939 has no §17; the nearest is §15 Authors' Addresses"},
		{"one\ntwo (RFC\n// 1939 §17)", "3: RFC 1939 has no §17; the nearest is §15 Authors' Addresses"},
		{"https://www.rfc-editor.org/rfc/rfc1939#section-17", "1: RFC 1939 has no §17; the nearest is §15 Authors' Addresses"},
		{"see §4.2", "1: §4.2 has no RFC before it in its paragraph"},
		{"// RFC 5321 §4.2\n\n// and §4.3", "3: §4.3 has no RFC before it in its paragraph"},
		{"// RFC 5321 §4.2\n//\n// and §4.3", "3: §4.3 has no RFC before it in its paragraph"},
		{"RFC5321 §4.2", "1: write it as in RFC 5321 §4.1, with these two spaces and nothing else"},
		{"rfc 5321 §4.2", "1: write it as in RFC 5321 §4.1, with these two spaces and nothing else"},
		{"RFC-5321 §4.2", "1: write it as in RFC 5321 §4.1, with these two spaces and nothing else"},
		{"RFC 5321, §4.2", "1: write it as in RFC 5321 §4.1, with these two spaces and nothing else"},
		{"RFC 5321§4.2", "1: write it as in RFC 5321 §4.1, with these two spaces and nothing else"},
		{"RFC 5321 section 4.2", "1: write the section behind the RFC, as in RFC 5321 §4.1"},
		{"RFC 5321, Sections 4.2 and 4.3", "1: write the section behind the RFC, as in RFC 5321 §4.1"},
		{"Section 4.2 of RFC 5321", "1: write the section behind the RFC, as in RFC 5321 §4.1"},
		{"section\n// 4.2 in RFC 5321", "2: write the section behind the RFC, as in RFC 5321 §4.1"},
		{"RFC 5321 § 4.2", "1: write one § for every section, and no space behind it"},
		{"RFC 5321 §§4.2, 4.3", "1: write one § for every section, and no space behind it"},
		{"RFC 5321 §4..2", "1: 4..2 is no number of a section such as 4.1.1.2 or D.1"},
		{"RFC 5321 §4.2a", "1: 4.2a is no number of a section such as 4.1.1.2 or D.1"},
		{"RFC 5321 §04", "1: 04 is no number of a section such as 4.1.1.2 or D.1"},
		{"RFC 99999 §D.x", "1: D.x is no number of a section such as 4.1.1.2 or D.1"},
	} {
		s := testScanner(t)
		s.Scan("x.go", c.text)
		if want := "[x.go:" + c.want + "]"; fmt.Sprint(s.Problems) != want {
			t.Errorf("%q:\n got %v\nwant %s", c.text, s.Problems, want)
		}
	}
}

func TestFormOnly(t *testing.T) {
	s := testScanner(t)
	s.Scan("x.go", "RFC 99999 §4.2, §7; RFC 88888 §1; RFC 5321 §2")
	const want = "checked for their form only: 3, because the index does not hold these 2 RFCs: 88888, 99999"
	if got := s.FormOnly(); got != want || s.Cited != 4 {
		t.Errorf("%d cited; got %s\nwant %s", s.Cited, got, want)
	}
}

// sample has what texts of RFCs have: a table of contents, lists that are no sections, titles of two lines, gaps.
const sample = `
   1. Introduction ..................... 1
   2. Model  . . . . . . . . . . . . . . 2
      2.1. Parts ....................... 2
      2.2. Wholes ...................... 3
   Appendix A. Examples ................ 4

1. Introduction

   One does what follows:
   1. first this
   2. then that
   see Section
   2.1.

2.  Model of all that there is, and
    of the rest

    2.1.  Parts

       1   text/plain

9.  A gap

Postel                                                [Page 2]
RFC 0                        Nothing                August 1982

APPENDIX A

     Examples

A.1.  An example

10. References
`

func TestHeadings(t *testing.T) {
	var got strings.Builder
	for _, h := range headings(sample) {
		fmt.Fprintln(&got, h.id, h.title)
	}
	const want = `1 Introduction
2 Model of all that there is, and of the rest
2.1 Parts
2.2 Wholes
9 A gap
10 References
A Examples
A.1 An example
`
	if got.String() != want {
		t.Errorf("got\n%swant\n%s", got.String(), want)
	}
}
