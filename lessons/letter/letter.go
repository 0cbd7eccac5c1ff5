// Package letter takes a message apart for the page: its MIME tree, each part with what it is, how it is encoded, and its text.
package letter

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"ehlo/lessons/explain"
	"ehlo/lessons/json"
	"ehlo/lessons/locale"
	"ehlo/sim/imap"
	"ehlo/sim/machine"
)

const (
	longest = 4000 // octets of a part's text that are shown
	deepest = 64   // parts within each other
)

// Part is a part of a message, for the page.
type Part struct {
	Number   string   `json:"number"` // as FETCH names it; "" of the message as a whole
	Type     string   `json:"type"`   // as in "text/plain"
	About    []string `json:"about"`  // what its type and its encoding mean, in the words of a language
	Encoding string   `json:"encoding,omitempty"`
	Charset  string   `json:"charset,omitempty"`
	Name     string   `json:"name,omitempty"` // as a file
	Attached bool     `json:"attached"`
	Octets   int      `json:"octets"` // of its body as it stands in the message
	Lines    int      `json:"lines"`
	Header   string   `json:"header"`
	Text     string   `json:"text,omitempty"`
	Cut      bool     `json:"cut"` // there is more of the text
	Parts    []Part   `json:"parts"`
}

// types are what is told apart by the media type and subtype, most special first: each has a text.
var types = []string{"multipart/alternative", "multipart/mixed", "multipart/related", "multipart/signed", "multipart/report", "multipart/digest", "multipart",
	"message/rfc822", "message/delivery-status", "message", "text/plain", "text/html", "text", "image", "application"}

// encodings are the transfer encodings that have a text (RFC 2045 §6).
var encodings = []string{"7bit", "8bit", "binary", "quoted-printable", "base64"}

// MessageIDs lists the locale identifiers that this package uses.
func MessageIDs() []string {
	ids := []string{"letter.type.other", "letter.encoding.other", "letter.number"}
	for _, name := range types {
		ids = append(ids, "letter.type."+id(name))
	}
	for _, name := range encodings {
		ids = append(ids, "letter.encoding."+name)
	}
	return ids
}

// id is a type as it stands in an identifier.
func id(name string) string { return strings.ReplaceAll(name, "/", "-") }

// Call takes a message apart and returns its [Part] in JSON.
func Call(octets []byte, texts *locale.Catalogue) []byte {
	return json.Append(nil, part(imap.Tree(octets), texts, 0))
}

func part(n imap.Node, texts *locale.Catalogue, depth int) Part {
	p := Part{Number: n.Number, Type: strings.ToLower(n.Type), Encoding: strings.ToLower(n.Encoding), Name: n.Name, Attached: n.Attached,
		Octets: len(n.Body), Lines: bytes.Count(n.Body, []byte("\n")), Header: explain.Visible(bytes.TrimRight(n.Header, "\r\n")), Parts: []Part{}}
	if strings.HasPrefix(p.Type, "text/") {
		p.Charset = strings.ToLower(n.Charset)
	}
	p.Text, p.Cut = shown(n.Text)
	p.About = append(p.About, texts.Render("letter.type."+kind(p.Type), machine.Args{"type": p.Type}))
	if p.Encoding != "" {
		name := p.Encoding
		if !slices.Contains(encodings, name) {
			name = "other"
		}
		p.About = append(p.About, texts.Render("letter.encoding."+name, machine.Args{"encoding": p.Encoding}))
	}
	if n.Number != "" {
		p.About = append(p.About, texts.Render("letter.number", machine.Args{"number": n.Number, "octets": strconv.Itoa(p.Octets)}))
	}
	if depth < deepest {
		for _, inner := range n.Parts {
			p.Parts = append(p.Parts, part(inner, texts, depth+1))
		}
	}
	return p
}

// kind is the text that fits a type best.
func kind(name string) string {
	for _, known := range types {
		if name == known || strings.HasPrefix(name, known+"/") {
			return id(known)
		}
	}
	return "other"
}

// shown is the beginning of a text, whole characters only.
func shown(text string) (begin string, cut bool) {
	if len(text) <= longest {
		return text, false
	}
	return strings.ToValidUTF8(text[:longest], ""), true
}
