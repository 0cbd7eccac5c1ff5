package world

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"ehlo/sim/machine"
)

// Error is one thing wrong in a world file: where, what, and how to repair it. The sentences are made from the two
// notes by the locales.
type Error struct {
	File   string
	Line   int    // counted from 1
	Key    string // "host.relay-from", or "" for the file as a whole
	Note   machine.Note
	Repair machine.Note
}

// Error gives "file:line: key: id argument=value …", for programs and tests; people are shown the rendered notes.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.File + ":" + strconv.Itoa(e.Line) + ": ")
	if e.Key != "" {
		b.WriteString(e.Key + ": ")
	}
	writeNote(&b, e.Note)
	b.WriteString("; ")
	writeNote(&b, e.Repair)
	return b.String()
}

func writeNote(b *strings.Builder, n machine.Note) {
	b.WriteString(n.ID)
	for _, name := range slices.Sorted(maps.Keys(n.Args)) {
		b.WriteString(" " + name + "=" + strconv.Quote(n.Args[name]))
	}
}

// Errors is everything wrong in a world file, in the order of its lines. It is never empty.
type Errors []*Error

// Error gives one line for each.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, err := range e {
		lines[i] = err.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns the errors one by one, for errors.As.
func (e Errors) Unwrap() []error {
	errs := make([]error, len(e))
	for i, err := range e {
		errs[i] = err
	}
	return errs
}

// maxErrors is how many errors of one file are kept: more help nobody.
const maxErrors = 50

// didYouMean is the repair that replaces an error's own one where something similar exists.
const didYouMean = "world.did-you-mean"

// didYouMeanLine is didYouMean with the line at which the similar thing stands.
const didYouMeanLine = "world.did-you-mean-line"

// problems are the identifiers of what can be wrong. The repair of each is the same identifier with ".repair".
var problems = []string{
	"world.bad-bandwidth", "world.bad-duration", "world.bad-flag", "world.bad-ip-address", "world.bad-letter",
	"world.bad-mail-address", "world.bad-name", "world.bad-password", "world.bad-port", "world.bad-protocol",
	"world.bad-role", "world.bad-seed", "world.bad-text", "world.bad-time",
	"world.duplicate-address", "world.duplicate-domain", "world.duplicate-host", "world.duplicate-key",
	"world.duplicate-link", "world.duplicate-port", "world.duplicate-user", "world.duplicate-you",
	"world.grammar-missing", "world.grammar-newer", "world.grammar-unknown",
	"world.link-ends", "world.link-itself", "world.missing-host", "world.missing-key", "world.smarthost-itself",
	"world.syntax", "world.syntax.array", "world.syntax.curly-quotes", "world.syntax.equals", "world.syntax.escape",
	"world.syntax.header", "world.syntax.line-end", "world.syntax.number", "world.syntax.quotes",
	"world.syntax.string-end", "world.syntax.utf8",
	"world.too-large", "world.unknown-domain", "world.unknown-host", "world.unknown-key", "world.unknown-user",
	"world.want-bool", "world.want-list", "world.want-number", "world.want-table", "world.want-tables",
	"world.want-text", "world.want-time",
}

// MessageIDs lists every identifier that an [Error] can carry.
func MessageIDs() []string {
	ids := []string{didYouMean, didYouMeanLine}
	for _, id := range problems {
		ids = append(ids, id, id+".repair")
	}
	return ids
}

// reporter collects the errors of one file.
type reporter struct {
	file string
	errs Errors
}

// report adds an error whose repair is the identifier's own.
func (r *reporter) report(line int, key, id string, args machine.Args) {
	r.add(&Error{Line: line, Key: key, Note: machine.Note{ID: id, Args: args},
		Repair: machine.Note{ID: id + ".repair", Args: args}})
}

// reportNear is report, but where a candidate is similar to what was written the repair names it.
func (r *reporter) reportNear(line int, key, id string, args machine.Args, written string, candidates []string) {
	if near, ok := nearest(written, candidates); ok {
		r.add(&Error{Line: line, Key: key, Note: machine.Note{ID: id, Args: args},
			Repair: machine.Note{ID: didYouMean, Args: machine.Args{"name": near}}})
		return
	}
	r.report(line, key, id, args)
}

// reportNearLine is reportNear for what stands somewhere else in the file.
func (r *reporter) reportNearLine(line int, key, id string, args machine.Args, written string, lines map[string]int) {
	names := slices.Sorted(maps.Keys(lines))
	if near, ok := nearest(written, names); ok {
		r.add(&Error{Line: line, Key: key, Note: machine.Note{ID: id, Args: args}, Repair: machine.Note{
			ID: didYouMeanLine, Args: machine.Args{"name": near, "line": strconv.Itoa(lines[near])}}})
		return
	}
	args["known"] = strings.Join(names, ", ")
	r.report(line, key, id, args)
}

func (r *reporter) add(e *Error) {
	if len(r.errs) < maxErrors {
		e.File = r.file
		r.errs = append(r.errs, e)
	}
}
