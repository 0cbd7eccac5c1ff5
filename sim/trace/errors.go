package trace

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// FormatError is an encoding that cannot be read: what is wrong, where, and how to repair it. ID is a message
// identifier of the locales; the repair is the same identifier with ".repair", and both take Args.
type FormatError struct {
	Line   int // of a text encoding, counted from 1; 0 for the binary one
	Offset int // octets before the place, in the line or in the chunk
	ID     string
	Args   map[string]string
}

// RepairID is the identifier of the repair.
func (e *FormatError) RepairID() string { return e.ID + ".repair" }

// Error gives "line:octet: id argument=value …", for programs and tests; people are shown the rendered identifiers.
func (e *FormatError) Error() string {
	var b strings.Builder
	if e.Line > 0 {
		b.WriteString("line " + strconv.Itoa(e.Line) + ", ")
	}
	b.WriteString("octet " + strconv.Itoa(e.Offset) + ": " + e.ID)
	for _, name := range slices.Sorted(maps.Keys(e.Args)) {
		b.WriteString(" " + name + "=" + strconv.Quote(e.Args[name]))
	}
	return b.String()
}

// problems are the identifiers that a FormatError can carry.
var problems = []string{
	"trace.chunk.broken", "trace.chunk.magic", "trace.chunk.version",
	"trace.json.field-missing", "trace.json.field-twice", "trace.json.field-unknown", "trace.json.field-value",
	"trace.json.syntax",
	"trace.log.cut", "trace.log.header", "trace.log.inputs", "trace.log.order", "trace.log.too-large",
	"trace.log.version", "trace.log.world-changed", "trace.log.world-digest",
}

// MessageIDs lists every identifier that a [FormatError] can carry, the repairs among them.
func MessageIDs() []string {
	ids := make([]string, 0, 2*len(problems))
	for _, id := range problems {
		ids = append(ids, id, id+".repair")
	}
	return ids
}
