package locale

import (
	"maps"
	"slices"
	"strings"
)

// escapes keep a text on one line of a packed catalogue.
var (
	escapes   = strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\t", `\t`)
	unescapes = strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\t`, "\t")
)

// Packed is the name of the file that holds a language's packed texts, in a folder of the language's own.
const Packed = "texts.txt"

// PackedReader is the name of the file that holds the packed texts of the page's reader, beside [Packed].
const PackedReader = "reader.txt"

// readerPrefixes begin the identifiers that only an explanation of a protocol line and a sequence diagram use, and those of what
// is wrong in a file that somebody has written. They are packed apart, since the console answers without them.
var readerPrefixes = []string{"imap.", "incident.", "kpop.", "ladder.", "lessons.did-you-mean", "lessons.error.", "lessons.value.", "letter.", "paste.", "persona.",
	"pop2.", "pop3.", "sasl.", "smtp.", "tutor.bad-world", "tutor.wrong-lesson", "world."}

// ForReader says whether an identifier belongs into [PackedReader].
func ForReader(id string) bool {
	return slices.ContainsFunc(readerPrefixes, func(p string) bool { return strings.HasPrefix(id, p) })
}

// PagePrefix begins the identifiers of the page's own texts. They are packed apart, since the page shows them before the
// core is there.
const PagePrefix = "page."

// BridgePrefix begins the identifiers of the page's texts on real servers, which load with the code for those.
const BridgePrefix = "bridge."

// CoursePrefix begins those of the map of the course, the teacher's side and the glossary, which load when they are opened.
const CoursePrefix = "course."

// MailPrefix begins the identifiers of the page's texts that load with the mail program.
const MailPrefix = "mailer."

// BenchPrefix begins those of the workbench's parts that load when they are opened.
const BenchPrefix = "bench."

// ForPage says whether an identifier is one of the page's, which the core does not need.
func ForPage(id string) bool {
	return slices.ContainsFunc([]string{PagePrefix, BridgePrefix, CoursePrefix, MailPrefix, BenchPrefix}, func(p string) bool { return strings.HasPrefix(id, p) })
}

// Pack returns texts in the form that a page loads: an identifier, a tab and the text on each line, in the order of the
// octets of the identifiers. Nothing in it needs checking: what is packed was read by [Load].
func Pack(texts map[string]string) []byte {
	var b strings.Builder
	for _, id := range slices.Sorted(maps.Keys(texts)) {
		b.WriteString(id)
		b.WriteByte('\t')
		_, _ = escapes.WriteString(&b, texts[id])
		b.WriteByte('\n')
	}
	return []byte(b.String())
}

// Unpack makes a catalogue of what [Pack] wrote. It looks at nothing of it: a text is searched when it is asked for,
// since putting all of them into a map cost a browser a part of its start that could be felt.
func Unpack(lang string, packed []byte) *Catalogue {
	return &Catalogue{lang: lang, packed: string(packed)}
}

// lookUp finds the text of an identifier in packed texts.
func lookUp(packed, id string) (text string, ok bool) {
	for packed != "" {
		middle := strings.LastIndexByte(packed[:len(packed)/2], '\n') + 1
		line, after, _ := strings.Cut(packed[middle:], "\n")
		name, text, _ := strings.Cut(line, "\t")
		switch {
		case id < name:
			packed = packed[:middle]
		case id > name:
			packed = after
		default:
			return unescape(text), true
		}
	}
	return "", false
}

func unescape(text string) string {
	if strings.Contains(text, `\`) {
		return unescapes.Replace(text)
	}
	return text
}

// unpacked calls yield for each of the packed texts.
func unpacked(packed string, yield func(id, text string)) {
	for line := range strings.Lines(packed) {
		id, text, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		yield(id, unescape(text))
	}
}
