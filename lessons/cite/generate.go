package cite

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// MakeIndex reads the texts rfcN.txt in a directory and returns the index in the form that [parseIndex] reads.
func MakeIndex(dir string) ([]byte, error) {
	files, err := filepath.Glob(filepath.Join(dir, "rfc*.txt"))
	if err != nil {
		return nil, err
	}
	texts := map[int]string{}
	for _, f := range files {
		number, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(filepath.Base(f), "rfc"), ".txt"))
		if err != nil {
			continue
		}
		text, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		texts[number] = string(text)
	}
	if len(texts) == 0 {
		return nil, fmt.Errorf("no file rfcN.txt is in %s", dir)
	}
	list := []byte(indexHeader)
	for _, number := range sortedKeys(texts) {
		found := headings(texts[number])
		if len(found) == 0 {
			return nil, fmt.Errorf("RFC %d: no heading found", number)
		}
		list = fmt.Appendf(list, "\nRFC %d\n", number)
		for _, h := range found {
			list = fmt.Appendf(list, "%s %s\n", h.id, h.title)
		}
	}
	return list, nil
}

// heading is the line a section begins with.
type heading struct {
	id    sectionID
	title string
}

var (
	numbered = regexp.MustCompile(`^( *)((?:\d+\.)*\d+)\.?(?:\s+(\S.*))?$`)
	appendix = regexp.MustCompile(`^( *)(?:Appendix|APPENDIX) ([A-Z](?:\.\d+)*)(?:[.:]*(?:\s+(?:-+ )?(\S.*))?)?$`)
	lettered = regexp.MustCompile(`^( *)([A-Z](?:\.\d+)*)\.\s+(\S.*)$`)
	contents = regexp.MustCompile(`\s*(?:\. ?){3,}\s*[0-9ivx]*$`)
	spaces   = regexp.MustCompile(`\s+`)
)

// headings finds the sections and appendices of a text, in their order. A numbered line is a heading where it stands at
// the text's margin, or deeper with the title that the table of contents has for that number, and where its number is
// higher than the one before: numbered lists and tables are no headings. A section that only the table of contents has
// counts too.
func headings(text string) []heading {
	lines := strings.Split(strings.ReplaceAll(text, "\r", ""), "\n")
	listed, margin := tableOfContents(lines)
	var found []heading
	var numberedLast, letteredLast sectionID // the sections that list references may come after the appendices
	for i, line := range lines {
		id, title, indent := cutHeading(line)
		if id == nil || contents.MatchString(line) || indent > margin && !listed.has(id, title) {
			continue
		}
		last := &numberedLast
		if id[0] >= letterA {
			last = &letteredLast
		}
		if slices.Compare(id, *last) <= 0 {
			continue
		}
		if title == "" {
			title = nextLine(lines[i+1:])
		} else if i+1 < len(lines) && continues(line, title, lines[i+1]) {
			title += " " + lines[i+1]
		}
		*last = id
		found = append(found, heading{id, clean(title)})
	}
	for _, h := range listed {
		if !slices.ContainsFunc(found, func(f heading) bool { return slices.Equal(f.id, h.id) }) {
			found = append(found, h)
		}
	}
	slices.SortStableFunc(found, func(a, b heading) int { return slices.Compare(a.id, b.id) })
	return found
}

// headingList is a table of contents.
type headingList []heading

// tableOfContents returns the table of contents as far as its lines end in dots and a page number, and the column in
// which headings stand.
func tableOfContents(lines []string) (listed headingList, margin int) {
	margin = -1
	for _, line := range lines {
		id, title, indent := cutHeading(line)
		switch {
		case id == nil:
		case contents.MatchString(line):
			listed = append(listed, heading{id, clean(contents.ReplaceAllString(title, ""))})
		case margin < 0 || indent < margin:
			margin = indent
		}
	}
	return listed, margin
}

// has says whether the table lists a section with a title that begins with the same word.
func (l headingList) has(id sectionID, title string) bool {
	return title != "" && slices.ContainsFunc(l, func(h heading) bool {
		return slices.Equal(h.id, id) && strings.EqualFold(firstWord(h.title), firstWord(title))
	})
}

func firstWord(title string) string {
	word, _, _ := strings.Cut(title, " ")
	return word
}

func clean(title string) string {
	return strings.TrimSpace(spaces.ReplaceAllString(title, " "))
}

// cutHeading takes a line apart that may be a heading; id is nil where it cannot be one.
func cutHeading(line string) (id sectionID, title string, indent int) {
	line = strings.TrimRight(line, " \t")
	for _, form := range []*regexp.Regexp{numbered, appendix, lettered} {
		if m := form.FindStringSubmatch(line); m != nil {
			id, _ := parseID(m[2])
			return id, m[3], len(m[1])
		}
	}
	return nil, "", 0
}

// continues says whether next is the second line of a title: it begins in the column where the title does.
func continues(line, title, next string) bool {
	text := strings.TrimLeft(next, " ")
	return text != "" && len(next)-len(text) == strings.LastIndex(line, title) && len(next)-len(text) > 3
}

func nextLine(lines []string) string {
	i := slices.IndexFunc(lines, func(line string) bool { return strings.TrimSpace(line) != "" })
	if i < 0 {
		return ""
	}
	return lines[i]
}
