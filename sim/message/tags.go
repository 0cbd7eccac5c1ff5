package message

import "strings"

// Tag is one part of a tag list: a name and what it is.
type Tag struct{ Name, Value string }

// Tags is a tag list, as in "v=1; a=rsa-sha256; d=example.com" (RFC 6376 §3.2).
type Tags []Tag

// ParseTags reads a tag list. ok is false where a part has no name or no "=", or where a name comes twice.
func ParseTags(text string) (tags Tags, ok bool) {
	for part := range strings.SplitSeq(text, ";") {
		if strings.TrimSpace(part) == "" {
			continue
		}
		name, value, found := strings.Cut(part, "=")
		t := Tag{strings.TrimSpace(name), strings.TrimSpace(value)}
		if !found || t.Name == "" || strings.ContainsAny(t.Name, " \t\r\n") {
			return nil, false
		}
		if _, twice := tags.Get(t.Name); twice {
			return nil, false
		}
		tags = append(tags, t)
	}
	return tags, len(tags) > 0
}

// Get returns the value of a tag, and false where the list has none of that name.
func (t Tags) Get(name string) (string, bool) {
	for _, tag := range t {
		if tag.Name == name {
			return tag.Value, true
		}
	}
	return "", false
}

// Or returns the value of a tag, or another one where the list has none of that name.
func (t Tags) Or(name, missing string) string {
	if v, ok := t.Get(name); ok {
		return v
	}
	return missing
}

// Squeeze takes all white space out of a value: what is in base64 may be folded anywhere (RFC 6376 §2.8).
func Squeeze(value string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '\t' || r == '\r' || r == '\n' {
			return -1
		}
		return r
	}, value)
}
