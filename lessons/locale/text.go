package locale

import (
	"slices"
	"strconv"
	"strings"
)

// placeholder is one {…} of a text.
type placeholder struct {
	name  string
	isID  bool
	forms []form
}

// form is one alternative of a plural.
type form struct{ category, text string }

// form returns the alternative for a number in a language; for what is no number, the last one.
func (p *placeholder) form(lang, value string) string {
	if n, err := strconv.ParseInt(value, 10, 64); err == nil {
		category := plurals(lang).category(n)
		for _, f := range p.forms {
			if f.category == category {
				return f.text
			}
		}
	}
	return p.forms[len(p.forms)-1].text
}

// scan cuts a text into literals and placeholders. It returns what breaks the syntax, or "".
func scan(text string, yield func(literal string, p *placeholder)) (fault string) {
	for text != "" {
		i := strings.IndexAny(text, "{}")
		if i < 0 {
			yield(text, nil)
			return ""
		}
		if i > 0 {
			yield(text[:i], nil)
		}
		brace := text[i]
		text = text[i+1:]
		if text != "" && text[0] == brace {
			yield(string(brace), nil)
			text = text[1:]
			continue
		}
		if brace == '}' {
			return "a } without its {; a brace as such is written }}"
		}
		end := strings.IndexByte(text, '}')
		if end < 0 {
			return "a { without its }; a brace as such is written {{"
		}
		p, fault := parsePlaceholder(text[:end])
		if fault != "" {
			return fault
		}
		yield("", p)
		text = text[end+1:]
	}
	return ""
}

func parsePlaceholder(s string) (*placeholder, string) {
	name, rest, plural := strings.Cut(s, "|")
	p := &placeholder{name: name}
	if strings.HasPrefix(name, "@") {
		p.name, p.isID = name[1:], true
	}
	if !isName(p.name) {
		return nil, "{" + s + "} is no argument: a name has lower-case letters, digits and hyphens"
	}
	if !plural {
		return p, ""
	}
	for _, alternative := range strings.Split(rest, "|") {
		category, text, ok := strings.Cut(alternative, ":")
		if !ok || p.isID {
			return nil, "{" + s + "} is no plural: write {count|one:# message|other:# messages}"
		}
		p.forms = append(p.forms, form{category, text})
	}
	return p, ""
}

func isName(s string) bool {
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return s != ""
}

// checkText returns what is wrong with a text in a language, or "".
func checkText(lang, text string) string {
	if text == "" {
		return "the text is empty"
	}
	missing := ""
	fault := scan(text, func(_ string, p *placeholder) {
		if p == nil || p.forms == nil {
			return
		}
		want := plurals(lang).categories
		if len(p.forms) != len(want) || slices.ContainsFunc(p.forms, func(f form) bool { return !slices.Contains(want, f.category) }) {
			missing = "the plural of {" + p.name + "} needs the forms " + strings.Join(want, ", ")
		}
	})
	if fault == "" {
		fault = missing
	}
	return fault
}

// pluralRule says which forms a language has for whole numbers and which number takes which (Unicode CLDR).
type pluralRule struct {
	categories []string
	category   func(n int64) string
}

func plurals(lang string) pluralRule {
	if lang == "ru" {
		return pluralRule{[]string{"one", "few", "many"}, func(n int64) string {
			switch n10, n100 := n%10, n%100; {
			case n10 == 1 && n100 != 11:
				return "one"
			case n10 >= 2 && n10 <= 4 && (n100 < 12 || n100 > 14):
				return "few"
			}
			return "many"
		}}
	}
	return pluralRule{[]string{"one", "other"}, func(n int64) string {
		if n == 1 {
			return "one"
		}
		return "other"
	}}
}
