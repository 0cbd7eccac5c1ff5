package main

import (
	"fmt"
	"slices"
	"strings"

	"ehlo/sim/imap"
)

// factsOf is what a response says, a line for each thing, without what may differ by nature: texts for people, numbers
// that a server chooses, the order of flags, and the case of words that have none.
func factsOf(raw []byte) ([]string, error) {
	r, _, err := imap.ParseResponse(raw)
	if err != nil {
		return nil, err
	}
	switch {
	case r.IsStatus() && r.Tag == "*":
		return statusFacts("* "+r.Name, &r), nil
	case r.IsStatus():
		return statusFacts("ends "+r.Name, &r), nil
	}
	switch r.Name {
	case "FETCH":
		return fetchFacts(&r), nil
	case "FLAGS":
		return []string{"FLAGS " + sorted(r.Words)}, nil
	case "SEARCH", "SORT":
		text := fmt.Sprintf("%s %v", r.Name, r.Search.All)
		if r.Search.ModSeq > 0 {
			text += " and a modification sequence"
		}
		return []string{text}, nil
	case "ESEARCH":
		d := r.Search
		d.Tag = ""
		seq := d.ModSeq > 0
		d.ModSeq = 0
		return []string{fmt.Sprintf("ESEARCH %+v, modification sequence %v", d, seq)}, nil
	case "THREAD":
		return []string{"THREAD " + describe(imap.Value{Kind: imap.ValueList, List: r.Threads})}, nil
	case "CAPABILITY":
		return nil, nil
	}
	text := strings.TrimSpace(string(raw))
	for _, told := range [...]string{`\HasNoChildren`, `\HasChildren`} { // asked for or not (RFC 5258 §4)
		text = strings.Replace(text, " "+told, "", 1)
		text = strings.Replace(text, told, "", 1)
	}
	return []string{text}, nil
}

// statusFacts is a status with its code; the values of most codes are the server's own.
func statusFacts(what string, r *imap.Response) []string {
	switch r.Code {
	case "MAILBOXID", "HIGHESTMODSEQ": // told unasked where a server has them
		if r.Tag == "*" {
			return nil
		}
	case "ALREADYEXISTS", "CANNOT", "NONEXISTENT", "CLIENTBUG", "HASCHILDREN": // a NO means the same without (RFC 5530 §3)
	case "UIDNEXT", "UNSEEN":
		what += fmt.Sprintf(" [%s %d]", r.Code, r.Number)
	case "PERMANENTFLAGS":
		what += fmt.Sprintf(" [%s %s]", r.Code, sorted(r.Words))
	case "":
	default:
		what += " [" + r.Code + "]"
	}
	return []string{what}
}

// fetchFacts is each item of a message.
func fetchFacts(r *imap.Response) []string {
	var facts []string
	for _, d := range r.Items {
		name := d.Name
		if d.Body {
			name += fmt.Sprintf("%v%d%q", d.Section.Part, d.Section.Text, d.Section.Fields)
			if d.Partial {
				name += fmt.Sprintf("<%d>", d.Offset)
			}
			name = strings.ToUpper(name)
		}
		value := describe(d.Value)
		switch name {
		case "FLAGS":
			value = sorted(d.Value.Strings())
		case "BODY", "BODYSTRUCTURE": // types, encodings and names of parameters have no case
			value = strings.ToLower(value)
		case "INTERNALDATE": // a day of one digit stands behind a space or a 0
			value = strings.Replace(value, `" `, `"0`, 1)
		case "MODSEQ", "SAVEDATE":
			value = ""
		}
		facts = append(facts, fmt.Sprintf("%d %s %s", r.Number, name, value))
	}
	return facts
}

func sorted(words []string) string {
	words = slices.Clone(words)
	slices.Sort(words)
	return strings.Join(words, " ")
}

func describe(v imap.Value) string {
	switch v.Kind {
	case imap.ValueNil:
		return "NIL"
	case imap.ValueAtom:
		return v.Text
	case imap.ValueString:
		return fmt.Sprintf("%q", v.Text)
	}
	parts := make([]string, len(v.List))
	for i, m := range v.List {
		parts[i] = describe(m)
	}
	return "(" + strings.Join(parts, " ") + ")"
}
