package message

import "strings"

// BaseSubject returns what a subject is about, without what replies, forwards and lists put before and behind it (RFC
// 5256 §2.1), and whether it is that of a reply or a forward. The value is unfolded; encoded words are decoded.
func BaseSubject(value string) (base string, reply bool) {
	s := strings.Join(strings.FieldsFunc(DecodeWords(value), func(r rune) bool {
		return r == ' ' || r == '\t' || r == '\r' || r == '\n'
	}), " ")
	for {
		for { // step 2
			s = strings.TrimRight(s, " ")
			cut, ok := cutSuffixFold(s, "(fwd)")
			if !ok {
				break
			}
			s, reply = cut, true
		}
		for again := true; again; { // steps 3 to 5
			again = false
			s = strings.TrimLeft(s, " ")
			if rest, ok := subjectLeader(s); ok {
				s, reply, again = rest, true, true
				continue
			}
			if rest, ok := subjectBlob(s); ok && rest != "" {
				s, again = rest, true
			}
		}
		rest, ok := cutPrefixFold(s, "[fwd:") // step 6
		if !ok || !strings.HasSuffix(rest, "]") {
			return s, reply
		}
		s, reply = rest[:len(rest)-1], true
	}
}

// subjectLeader passes blobs and "Re:", "Fw:" or "Fwd:" (RFC 5256 §5, subj-leader).
func subjectLeader(s string) (rest string, ok bool) {
	for {
		behind, blob := subjectBlob(s)
		if !blob {
			break
		}
		s = behind
	}
	for _, word := range [...]string{"re", "fwd", "fw"} {
		if rest, ok = cutPrefixFold(s, word); ok {
			rest = strings.TrimLeft(rest, " ")
			if behind, blob := subjectBlob(rest); blob {
				rest = behind
			}
			if rest, ok = strings.CutPrefix(rest, ":"); ok {
				return rest, true
			}
		}
	}
	return "", false
}

// subjectBlob passes what stands in brackets and the space behind it (RFC 5256 §5, subj-blob).
func subjectBlob(s string) (rest string, ok bool) {
	if !strings.HasPrefix(s, "[") {
		return s, false
	}
	end := strings.IndexAny(s[1:], "[]") + 1
	if end == 0 || s[end] != ']' {
		return s, false
	}
	return strings.TrimLeft(s[end+1:], " "), true
}

func cutPrefixFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

func cutSuffixFold(s, suffix string) (string, bool) {
	at := len(s) - len(suffix)
	if at < 0 || !strings.EqualFold(s[at:], suffix) {
		return s, false
	}
	return s[:at], true
}
