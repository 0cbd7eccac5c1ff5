package lab

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// What a [Fault] may name besides a command.
const (
	atGreeting = "greeting" // the first reply
	atMessage  = "message"  // SMTP's reply to the text of a message
)

// Bounds of faults on demand.
const (
	mostFaults   = 100
	longestDelay = 10 * time.Minute
	longestReply = 500 // octets
)

// Fault is an error on demand: which replies it changes, and how. A command whose Reply is given is not carried out.
type Fault struct {
	Service     string        // a service such as "imaps", or a protocol with all its services; "" is all
	Command     string        // as "RCPT", or "FETCH" with UID and without; "greeting"; "message", SMTP's reply to the text of a message; "" is all but the greeting
	Argument    string        // has to be in the command's line, or for "message" in an address of the envelope, in any case
	Reply       string        // in the place of the server's own, without the tag of IMAP; "" leaves that
	Delay       time.Duration // before the reply
	Cut         bool          // cut the connection after CutAt octets of the reply
	CutAt       int
	Probability float64 // of each reply that it fits; 0 means 1
	Times       int     // how often it happens at most; 0 is without end
}

// faultJSON is a fault as the interface and the flag write it.
type faultJSON struct {
	ID          uint64   `json:"id,omitempty"`
	Service     string   `json:"service,omitempty"`
	Command     string   `json:"command,omitempty"`
	Argument    string   `json:"argument,omitempty"`
	Reply       string   `json:"reply,omitempty"`
	Delay       string   `json:"delay,omitempty"`
	Cut         *int     `json:"cut,omitempty"`
	Probability *float64 `json:"probability,omitempty"`
	Times       int      `json:"times,omitempty"`
	Matched     *int     `json:"matched,omitempty"`
	Happened    *int     `json:"happened,omitempty"`
}

// ParseFault reads a fault as the command line has it: name=value, separated by blanks; reply comes last and takes the
// rest of the line, as in "command=RCPT argument=bob probability=0.5 delay=2s reply=451 4.3.0 Later".
func ParseFault(text string) (Fault, error) {
	var j faultJSON
	for rest := strings.TrimSpace(text); rest != ""; {
		word, next, _ := strings.Cut(rest, " ")
		name, value, _ := strings.Cut(word, "=")
		if name == "reply" {
			_, value, _ = strings.Cut(rest, "=")
			next = ""
		}
		var err error
		switch rest = strings.TrimSpace(next); name {
		case "service":
			j.Service = value
		case "command":
			j.Command = value
		case "argument":
			j.Argument = value
		case "reply":
			j.Reply = value
		case "delay":
			j.Delay = value
		case "cut":
			j.Cut = new(int)
			if value != "" {
				*j.Cut, err = strconv.Atoi(value)
			}
		case "probability":
			j.Probability = new(float64)
			*j.Probability, err = strconv.ParseFloat(value, 64)
		case "times":
			j.Times, err = strconv.Atoi(value)
		default:
			return Fault{}, fmt.Errorf("there is no %q: a fault has service, command, argument, probability, times, delay, cut and, last, reply", name)
		}
		if err != nil {
			return Fault{}, fmt.Errorf("%s is a number, not %q", name, value)
		}
	}
	return j.fault()
}

// fault checks what was written.
func (j *faultJSON) fault() (Fault, error) {
	f := Fault{Service: strings.ToLower(j.Service), Command: strings.ToUpper(j.Command), Argument: j.Argument, Reply: j.Reply, Times: j.Times,
		Probability: 1}
	if lower := strings.ToLower(j.Command); lower == atGreeting || lower == atMessage {
		f.Command = lower
	}
	if j.Delay != "" {
		d, err := time.ParseDuration(j.Delay)
		if err != nil {
			return f, fmt.Errorf("delay is a duration such as 500ms or 10s, not %q", j.Delay)
		}
		f.Delay = d
	}
	if j.Cut != nil {
		f.Cut, f.CutAt = true, *j.Cut
	}
	if j.Probability != nil {
		f.Probability = *j.Probability
	}
	return f, f.check()
}

func (f *Fault) check() error {
	if f.Probability == 0 {
		f.Probability = 1
	}
	protocol, err := f.protocol()
	switch {
	case err != nil:
		return err
	case f.Reply == "" && f.Delay == 0 && !f.Cut:
		return errors.New("a fault needs at least one of reply, delay and cut")
	case len(f.Reply) > longestReply || strings.ContainsFunc(f.Reply, func(r rune) bool { return r < ' ' || r == 0x7F }):
		return fmt.Errorf("reply is one line of at most %d octets", longestReply)
	case f.Delay < 0 || f.Delay > longestDelay:
		return fmt.Errorf("delay is at most %v", longestDelay)
	case f.CutAt < 0:
		return errors.New("cut is the number of octets of the reply that are still sent, from 0")
	case !(f.Probability > 0 && f.Probability <= 1):
		return errors.New("probability is above 0 and at most 1")
	case f.Times < 0:
		return errors.New("times is how often the fault happens, from 1; 0 is without end")
	case len(f.Command) > 32 || strings.ContainsAny(f.Command, " \t"):
		return fmt.Errorf("command is one word, such as RCPT, not %q", f.Command)
	case f.Command == atMessage && protocol != "" && protocol != "smtp":
		return errors.New("the command \"message\" is SMTP's")
	case f.Command == atMessage && f.Reply != "" && f.Reply[0] != '4' && f.Reply[0] != '5':
		return errors.New("reply to a message is 4xx or 5xx: what says that it is taken must be true")
	}
	return nil
}

// protocol is the protocol whose replies a fault changes; "" is any.
func (f *Fault) protocol() (string, error) {
	protocol := ""
	if d, ok := doorOf(f.Service); ok && f.Service != "http" {
		protocol = d.Protocol
	} else if f.Service != "" {
		return "", fmt.Errorf("there is no service %q", f.Service)
	}
	of := replyProtocol(f.Reply)
	switch {
	case f.Reply == "":
		return protocol, nil
	case of == "":
		return "", fmt.Errorf("reply %q is none: SMTP's begin with a code as in \"451 4.3.0 Later\", POP3's with -ERR, IMAP's with NO, BAD or BYE", f.Reply)
	case protocol != "" && protocol != of:
		return "", fmt.Errorf("reply %q is one of %s, and the service is %s", f.Reply, of, f.Service)
	}
	return of, nil
}

// replyProtocol says in which protocol a text is a reply.
func replyProtocol(reply string) string {
	word, _, _ := strings.Cut(reply, " ")
	switch word {
	case "-ERR", "+OK":
		return "pop3"
	case "OK", "NO", "BAD", "BYE":
		return "imap"
	}
	if n, err := strconv.Atoi(word); err == nil && len(word) == 3 && n >= 200 && n < 600 {
		return "smtp"
	}
	return ""
}

// fits says whether the fault is about a reply. FETCH is UID FETCH too.
func (f *Fault) fits(d Door, command, text string) bool {
	return (f.Service == "" || f.Service == d.Name || f.Service == d.Protocol) &&
		(f.Command == strings.TrimPrefix(command, "UID ") || f.Command == "" && command != atGreeting) &&
		(f.Reply == "" || replyProtocol(f.Reply) == d.Protocol) &&
		(f.Argument == "" || strings.Contains(strings.ToLower(text), strings.ToLower(f.Argument)))
}

// faults are those that hold now, with a lock of their own.
type faults struct {
	seed  uint64
	some  atomic.Bool // whether there are any, for those who would rather not ask
	mu    sync.Mutex
	list  []*standing
	added uint64
}

// standing is a fault that holds, with a source of chance of its own, so that the lab's seed and the number of a reply
// among those that it fits decide whether it happens.
type standing struct {
	Fault
	id                uint64
	chance            *rand.Rand
	matched, happened int
}

// add lets a fault hold.
func (x *faults) add(f Fault) (faultJSON, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if len(x.list) >= mostFaults {
		return faultJSON{}, fmt.Errorf("there are %d faults already: delete some", mostFaults)
	}
	x.added++
	s := &standing{Fault: f, id: x.added, chance: rand.New(rand.NewPCG(x.seed, x.added))}
	x.list = append(x.list, s)
	x.some.Store(true)
	return s.describe(), nil
}

// remove ends those that choose says, and returns how many they were.
func (x *faults) remove(choose func(*standing) bool) int {
	x.mu.Lock()
	defer x.mu.Unlock()
	before := len(x.list)
	x.list = slices.DeleteFunc(x.list, choose)
	x.some.Store(len(x.list) > 0)
	return before - len(x.list)
}

// choose is the first fault that fits a reply and happens.
func (x *faults) choose(d Door, command, text string) (Fault, bool) {
	if !x.some.Load() {
		return Fault{}, false
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, s := range x.list {
		if s.Times > 0 && s.happened >= s.Times || !s.fits(d, command, text) {
			continue
		}
		s.matched++
		if s.Probability < 1 && s.chance.Float64() >= s.Probability {
			continue
		}
		s.happened++
		return s.Fault, true
	}
	return Fault{}, false
}

// describe is what the interface says of a fault; the lock is held.
func (s *standing) describe() faultJSON {
	probability, matched, happened, cut := s.Probability, s.matched, s.happened, s.CutAt
	j := faultJSON{ID: s.id, Service: s.Service, Command: s.Command, Argument: s.Argument, Reply: s.Reply, Probability: &probability,
		Times: s.Times, Matched: &matched, Happened: &happened}
	if s.Delay > 0 {
		j.Delay = s.Delay.String()
	}
	if s.Cut {
		j.Cut = &cut
	}
	return j
}
