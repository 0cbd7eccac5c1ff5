package imap

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"ehlo/sim/message"
)

// previewLength is how many characters a preview has at most (RFC 8970 §3.3).
const previewLength = 200

func writePreview(dst []byte, _ *FetchItem, m *fetched) []byte {
	return appendString(append(dst, "PREVIEW "...), preview(m.root()))
}

// preview is the beginning of a message's text on one line, "" where it has none that can be read.
func preview(e *entity) string {
	part := e.firstText("PLAIN")
	if part == nil {
		part = e.firstText("HTML")
	}
	if part == nil {
		return ""
	}
	text, ok := part.text()
	if !ok {
		return ""
	}
	if part.subtype == "HTML" {
		text = stripMarkup(text)
	}
	return firstCharacters(text)
}

// firstText is the first part of type text and a subtype that is no attachment.
func (e *entity) firstText(subtype string) *entity {
	if e.message != nil {
		return e.message.firstText(subtype)
	}
	for i := range e.parts {
		if part := e.parts[i].firstText(subtype); part != nil {
			return part
		}
	}
	if e.parts != nil || e.mediaType != "TEXT" || e.subtype != subtype {
		return nil
	}
	if disposition, _ := parameters(e.field(mimeDisposition)); strings.EqualFold(disposition, "attachment") {
		return nil
	}
	return e
}

// text is a part's text as UTF-8; ok is false where its encoding or its charset is not known. Text that says it is ASCII
// and is not is taken as it is where it is UTF-8.
func (e *entity) text() (text string, ok bool) {
	octets, ok := e.decoded()
	if !ok {
		return "", false
	}
	charset := e.param("CHARSET")
	if charset == "" {
		charset = "us-ascii"
	}
	return message.ToUTF8(charset, octets)
}

// firstCharacters is the first of a text with one space for all white space, and without the lines that quote another.
func firstCharacters(text string) string {
	var out strings.Builder
	n, space, lineStart := 0, false, true
	for i := 0; i < len(text) && n < previewLength; {
		r, size := utf8.DecodeRuneInString(text[i:])
		if lineStart && r == '>' {
			if end := strings.IndexByte(text[i:], '\n'); end >= 0 {
				i += end + 1
				space = true
				continue
			}
			break
		}
		i += size
		lineStart = r == '\n'
		if r <= ' ' || r == 0x7f || r == '\u00a0' {
			space = true
			continue
		}
		if space && n > 0 {
			out.WriteByte(' ')
			if n++; n == previewLength {
				break
			}
		}
		space = false
		out.WriteRune(r)
		n++
	}
	return out.String()
}

// stripMarkup is the text of an HTML document: without its tags, comments, and what is script, style or title, and with
// its common entities resolved.
func stripMarkup(text string) string {
	var out strings.Builder
	for text != "" {
		i := strings.IndexByte(text, '<')
		if i < 0 {
			break
		}
		out.WriteString(text[:i])
		text = text[i:]
		if strings.HasPrefix(text, "<!--") {
			_, text, _ = strings.Cut(text, "-->")
			continue
		}
		tag, rest, _ := strings.Cut(text[1:], ">")
		text = rest
		for _, name := range [...]string{"script", "style", "title"} {
			if len(tag) >= len(name) && strings.EqualFold(tag[:len(name)], name) {
				text = behindTag(text, "</"+name)
			}
		}
		out.WriteByte(' ')
	}
	out.WriteString(text)
	return entities.Replace(out.String())
}

// behindTag is what follows the tag that begins with a text, in any case.
func behindTag(text, tag string) string {
	i := bytes.Index(lowerASCII([]byte(text)), []byte(tag))
	if i < 0 {
		return ""
	}
	_, rest, _ := strings.Cut(text[i:], ">")
	return rest
}

// lowerASCII makes ASCII letters small, in place.
func lowerASCII(p []byte) []byte {
	for i, c := range p {
		if 'A' <= c && c <= 'Z' {
			p[i] = c + ('a' - 'A')
		}
	}
	return p
}

var entities = strings.NewReplacer("&nbsp;", " ", "&lt;", "<", "&gt;", ">", "&quot;", `"`, "&#39;", "'", "&apos;", "'",
	"&amp;", "&")
