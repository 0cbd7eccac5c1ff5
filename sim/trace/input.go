package trace

import (
	"slices"

	"ehlo/sim/engine"
)

// InputKind says what an input does.
type InputKind uint8

// The kinds of input.
const (
	InputNone InputKind = iota
	// InputOpen opens a connection: Actor the host that opens it, Target "host:port", Conn the number that the
	// connection gets (0: the next free one), Data "tls" where it begins with TLS, "from" and a number where the
	// client chooses its own port, otherwise empty.
	InputOpen
	// InputType sends octets: Actor the host that types, Conn, Data.
	InputType
	// InputFin closes the typing side's direction: Actor, Conn.
	InputFin
	// InputCut breaks a connection: Actor, Conn.
	InputCut
	// InputRun starts a program: Actor the host, Target its name, Data its arguments.
	InputRun
	// InputFault lets something break: Actor the host or one end of the link, Target the fault's name, Data its
	// arguments.
	InputFault
	// InputRepair ends a fault: Actor, Target and Data as it began.
	InputRepair
	// InputTerminal types at a terminal of a host: Actor the host, Conn the terminal's number from 1, Target the user who
	// logs in where the terminal is new ("": whoever sits there, or root), Data the octets. Ctrl-C and Ctrl-D are 3 and 4.
	InputTerminal
)

// What the data of an [InputOpen] may be.
const (
	OpenTLS  = "tls"   // TLS from the first octet
	OpenFrom = "from " // and a number: the client's own port, as programs of a superuser choose one below 1024
)

// MUA is the program of an [InputRun] that is the mail program of whoever sits at the host. Its arguments are a click; what the
// program knows is kept between clicks.
const MUA = "mua"

var inputNames = [...]string{"none", "open", "type", "fin", "cut", "run", "fault", "repair", "terminal"}

// String returns the kind's name in the text encoding and in the Label of a [KindInput] event.
func (k InputKind) String() string {
	if int(k) < len(inputNames) {
		return inputNames[k]
	}
	return "unknown"
}

// InputKindByName returns the kind with that name, and false where there is none.
func InputKindByName(name string) (InputKind, bool) {
	i := slices.Index(inputNames[1:], name) + 1
	return InputKind(i), i > 0
}

// Input is one entry of an input log: the only thing that changes a world from outside.
type Input struct {
	At     engine.Time
	Seq    uint64 // steps the world had done before the input took effect
	Kind   InputKind
	Actor  string // the host at which it happens
	Target string
	Conn   uint32
	Data   []byte
}

// InputLogVersion is the version of the input-log encoding that this package writes, and the newest that it reads.
const InputLogVersion = 4

// InputLog is everything from which a world can be made again: which world, its seed, and what was done to it. Its text
// encoding is specified in docs/encodings.md.
type InputLog struct {
	Version     int      // of the encoding; Marshal writes InputLogVersion
	Core        string   // the version of the core that wrote it
	World       string   // the world's name in the catalogue, or of its file
	WorldDigest [32]byte // SHA-256 of the world file
	WorldText   string   // the world file itself where the catalogue lacks it, otherwise ""
	Seed        uint64
	Host        string      // where the learner sits; "" is where the world file says
	Lesson      string      // the lesson that was open, or ""; a world does not heed it
	End         engine.Time // where the clock stood
	EndSeq      uint64      // steps the world had done
	Inputs      []Input
	TraceDigest []byte // of the whole trace up to the end, see Digest; empty where none was made
	Marks       []Mark // digests of beginnings of the trace, in order
}

// Mark is the digest of a beginning of a trace. It lets a newer core that replays a log say where the trace becomes
// another one.
type Mark struct {
	Events int     // how many events the digest covers
	Sum    [8]byte // the first octets of the digest
}
