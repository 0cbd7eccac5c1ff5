package trace

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"

	"ehlo/sim/engine"
)

// format is the first field of every input log: it tells the file from any other JSON.
const format = "input log"

// maxInputLog is the longest input log in octets. A log can come in a link from anybody.
const maxInputLog = 32 << 20

// Marshal returns the text encoding: a header and then each input, each a JSON object on a line of its own.
func (l *InputLog) Marshal() []byte {
	dst := append([]byte(`{"ehlo":"`), format...)
	dst = appendInt(append(dst, '"'), "version", InputLogVersion)
	dst = appendText(dst, "core", l.Core)
	dst = appendText(dst, "world", l.World)
	dst = appendText(dst, "worldDigest", hex.EncodeToString(l.WorldDigest[:]))
	dst = appendText(dst, "worldText", l.WorldText)
	if l.Seed != 0 {
		dst = strconv.AppendUint(append(dst, `,"seed":`...), l.Seed, 10)
	}
	dst = appendText(dst, "host", l.Host)
	dst = appendText(dst, "lesson", l.Lesson)
	dst = appendInt(dst, "end", int64(l.End))
	if l.EndSeq != 0 {
		dst = strconv.AppendUint(append(dst, `,"endSeq":`...), l.EndSeq, 10)
	}
	dst = strconv.AppendInt(append(dst, `,"inputs":`...), int64(len(l.Inputs)), 10)
	dst = appendText(dst, "traceDigest", hex.EncodeToString(l.TraceDigest))
	for i, m := range l.Marks {
		dst = append(dst, [...]string{`,"marks":[[`, `,[`}[min(i, 1)]...)
		dst = append(strconv.AppendInt(dst, int64(m.Events), 10), `,"`...)
		dst = append(hex.AppendEncode(dst, m.Sum[:]), `"]`...)
		if i == len(l.Marks)-1 {
			dst = append(dst, ']')
		}
	}
	dst = append(dst, "}\n"...)
	for i := range l.Inputs {
		dst = l.Inputs[i].append(dst)
	}
	return dst
}

func (in *Input) append(dst []byte) []byte {
	e := Event{At: in.At, Seq: in.Seq, Actor: in.Actor, Target: in.Target, Conn: in.Conn, Data: in.Data}
	return append(appendFields(dst, in.Kind.String(), &e), '\n')
}

// ParseInputLog reads what [InputLog.Marshal] wrote. Lines may end in CR LF, and empty ones may follow the last. An
// error is a [*FormatError] with its line.
func ParseInputLog(text []byte) (*InputLog, error) {
	if len(text) > maxInputLog {
		return nil, &FormatError{Line: 1, ID: "trace.log.too-large",
			Args: map[string]string{"octets": strconv.Itoa(len(text)), "limit": strconv.Itoa(maxInputLog)}}
	}
	text = bytes.TrimPrefix(text, []byte("\uFEFF")) // some editors put a byte order mark before UTF-8
	lines := bytes.Split(bytes.TrimRight(text, "\r\n"), []byte("\n"))
	l := &InputLog{}
	want, err := l.header(lines[0])
	if err != nil {
		return nil, err
	}
	l.Inputs = make([]Input, 0, min(want, len(lines)-1))
	for i, line := range lines[1:] {
		in, err := parseInput(line, i+2)
		if err == nil && i == want {
			err = &FormatError{Line: i + 2, ID: "trace.log.inputs",
				Args: map[string]string{"want": strconv.Itoa(want), "got": strconv.Itoa(len(lines) - 1)}}
		}
		if err == nil && i > 0 && (in.At < l.Inputs[i-1].At || in.Seq < l.Inputs[i-1].Seq) || in.At > l.End || in.Seq > l.EndSeq {
			err = &FormatError{Line: i + 2, ID: "trace.log.order", Args: map[string]string{}}
		}
		if err != nil {
			if i == len(lines)-2 && i < want && !bytes.HasSuffix(line, []byte("}")) {
				err = l.cut(i+2, i, want)
			}
			return nil, err
		}
		l.Inputs = append(l.Inputs, in)
	}
	if len(l.Inputs) < want {
		return nil, l.cut(len(lines), len(l.Inputs), want)
	}
	return l, nil
}

// cut is the error of a log whose end is missing.
func (l *InputLog) cut(line, got, want int) error {
	return &FormatError{Line: line, ID: "trace.log.cut",
		Args: map[string]string{"got": strconv.Itoa(got), "want": strconv.Itoa(want)}}
}

func (l *InputLog) header(line []byte) (inputs int, err error) {
	r := jsonReader{text: line, line: 1}
	known := false
	seen := r.object(func(name string) bool {
		if name == "ehlo" {
			known = r.string() == format
			return true
		}
		if !known {
			r.fail(0, "trace.log.header")
			return true
		}
		if name == "inputs" {
			inputs = int(r.uint(31))
			return true
		}
		return r.headerField(l, name)
	})
	if !known { // whatever it is, it is no log: say that, and not which brace is missing
		return 0, &FormatError{Line: 1, ID: "trace.log.header", Args: map[string]string{}}
	}
	r.end()
	r.need(seen, "version", "worldDigest", "inputs")
	r.filled("world", l.World != "")
	if r.err != nil {
		return 0, r.err
	}
	if l.WorldText != "" && sha256.Sum256([]byte(l.WorldText)) != l.WorldDigest {
		return 0, &FormatError{Line: 1, ID: "trace.log.world-digest", Args: map[string]string{"world": l.World}}
	}
	return inputs, nil
}

func (r *jsonReader) headerField(l *InputLog, name string) bool {
	switch name {
	case "version":
		if l.Version = int(r.uint(31)); l.Version < 1 || l.Version > InputLogVersion {
			r.fail(0, "trace.log.version", "version", strconv.Itoa(l.Version), "known", strconv.Itoa(InputLogVersion))
		}
	case "core":
		l.Core = r.string()
	case "world":
		l.World = r.string()
	case "worldDigest":
		copy(l.WorldDigest[:], r.hex(sha256.Size))
	case "worldText":
		l.WorldText = r.string()
	case "seed":
		l.Seed = r.uint(64)
	case "host":
		l.Host = r.string()
	case "lesson":
		l.Lesson = r.string()
	case "end":
		l.End = engine.Time(r.int())
	case "endSeq":
		l.EndSeq = r.uint(64)
	case "traceDigest":
		l.TraceDigest = r.hex(sha256.Size)
	case "marks":
		r.array(func() {
			var m Mark
			r.expect('[')
			m.Events = int(r.uint(31))
			r.expect(',')
			copy(m.Sum[:], r.hex(len(m.Sum)))
			r.expect(']')
			l.Marks = append(l.Marks, m)
		})
	default:
		return false
	}
	return true
}

// hex reads a string of n octets in hexadecimal.
func (r *jsonReader) hex(n int) []byte {
	r.space()
	at := r.i
	p, err := hex.DecodeString(r.string())
	if err != nil || len(p) != n {
		r.value(at)
	}
	return p
}

func parseInput(line []byte, number int) (Input, error) {
	var in Input
	var e Event
	r := jsonReader{text: line, line: number}
	seen := r.object(func(name string) bool {
		switch name {
		case "kind":
			in.Kind = InputKind(r.oneOf(inputNames[1:]) + 1)
			return true
		case "at", "seq", "actor", "target", "conn", "data", "b64":
			return r.eventField(&e, name)
		}
		return false
	})
	in.At, in.Seq, in.Actor, in.Target, in.Conn, in.Data = e.At, e.Seq, e.Actor, e.Target, e.Conn, e.Data
	r.end()
	r.need(seen, "at", "seq", "kind")
	r.filled("actor", in.Actor != "")
	switch in.Kind {
	case InputOpen, InputRun, InputFault, InputRepair:
		r.filled("target", in.Target != "")
	case InputType, InputFin, InputCut, InputTerminal:
		r.filled("conn", in.Conn != 0)
	}
	if in.At < 0 && r.err == nil {
		r.fail(0, "trace.json.field-value", "field", "at", "text", strconv.FormatInt(int64(in.At), 10))
	}
	return in, r.err
}

// CheckWorld says whether the log was made in the world with that digest: nil, or a [*FormatError].
func (l *InputLog) CheckWorld(digest [sha256.Size]byte) error {
	if digest == l.WorldDigest {
		return nil
	}
	return &FormatError{Line: 1, ID: "trace.log.world-changed", Args: map[string]string{"world": strings.ToValidUTF8(l.World, "\uFFFD")}}
}
