package sasl

import (
	"crypto/hmac"
	"crypto/sha256"
)

// Config is what a server brings to an exchange.
type Config struct {
	// Timestamp is the challenge of CRAM-MD5, new in each exchange: see [Timestamp].
	Timestamp string
	// Nonce is the server's part of SCRAM's nonce, new in each exchange: see [Nonce].
	Nonce string
	// SaltKey is a secret of the server from which it makes the salt of each name, so that a name that nobody has gets
	// one too, and the same each time. It stays as long as the server does.
	SaltKey string
	// Iterations is SCRAM's iteration count; 0 is [MinIterations].
	Iterations int
	// Prompts are the two challenges of LOGIN; the empty string is "Username:" and "Password:", which clients know
	// (draft-murchison-sasl-login-00 §2.2).
	Prompts [2]string
}

// Outcome is what a server wants next.
type Outcome uint8

// The outcomes.
const (
	Challenge  Outcome = iota + 1 // send Data, then give the client's response to Respond
	NeedSecret                    // look the user of Question up, then Answer
	Accepted                      // Identity is logged in
	Refused                       // nobody is. Tell the client the same for each Reason about names and passwords.
)

// Question asks for a user's secret.
type Question struct {
	User  string // the name that the client gave, prepared
	ActAs string // the identity that it wants to act as where that is another, or ""
}

// Secret answers a [Question]. The zero value is that of a name that nobody has.
type Secret struct {
	Known    bool
	Password string
	MayAct   bool // the user may act as ActAs
}

// Identity is who has logged in.
type Identity struct {
	User string // whose password it was (RFC 4422 §2: the authentication identity)
	As   string // as whom the session goes on, User unless the client wanted another (the authorization identity)
}

// Result is what a call of a server yields.
type Result struct {
	Outcome  Outcome
	Data     []byte   // of a Challenge, without base64; the caller's to keep
	Question Question // of NeedSecret
	Identity Identity // of Accepted; of Refused, as far as the client has named it
	Reason   Reason   // of Refused
	Syntax   *SyntaxError
}

// waits is what a server waits for.
type waits uint8

const (
	waitsForNothing waits = iota
	waitsForStart
	waitsForClient
	waitsForSecret
)

// Server is the server's side of one exchange. It is a plain value: a copy goes on by itself.
type Server struct {
	config   Config
	exchange Exchange
	waits    waits
	question Question
	given    string // the password or digest that the client gave, while the question is open
	scram    scramServer
}

// NewServer returns the server's side of an exchange by a mechanism.
func NewServer(m Mechanism, c Config) Server {
	if c.Iterations == 0 {
		c.Iterations = MinIterations
	}
	for i, prompt := range [2]string{"Username:", "Password:"} {
		if c.Prompts[i] == "" {
			c.Prompts[i] = prompt
		}
	}
	return Server{config: c, exchange: Begin(m, false), waits: waitsForStart}
}

// Mechanism is the mechanism of the exchange.
func (s *Server) Mechanism() Mechanism { return s.exchange.Mechanism() }

// Step is the message that comes next, [StepNone] where the exchange is over.
func (s *Server) Step() Step {
	if s.waits == waitsForNothing {
		return StepNone
	}
	return s.exchange.Step()
}

// Start begins. given says that the client sent an initial response, which may be empty (RFC 4422 §3.3).
func (s *Server) Start(initial []byte, given bool) Result {
	m := s.Mechanism()
	switch {
	case s.waits != waitsForStart:
		return s.refuse(ReasonOver)
	case m == None, m == CRAMMD5 && s.config.Timestamp == "", m == SCRAMSHA256 && s.config.Nonce == "":
		return s.refuse(ReasonMechanism)
	case given && !m.TakesInitial():
		return s.refuse(ReasonInitial)
	case given:
		s.exchange = Begin(m, true)
		s.waits = waitsForClient
		return s.Respond(initial)
	}
	return s.challenge(nil)
}

// challenge sends the message that is next.
func (s *Server) challenge(data []byte) Result {
	switch s.exchange.Step() {
	case StepUserPrompt:
		data = []byte(s.config.Prompts[0])
	case StepPasswordPrompt:
		data = []byte(s.config.Prompts[1])
	case StepTimestamp:
		data = []byte(s.config.Timestamp)
	}
	s.exchange.Advance()
	s.waits = waitsForClient
	return Result{Outcome: Challenge, Data: data}
}

// Respond takes the client's response to a challenge, without base64.
func (s *Server) Respond(response []byte) Result {
	if s.waits != waitsForClient {
		return s.refuse(ReasonOver)
	}
	step := s.exchange.Step()
	p := parse(step, response, false)
	if p.err != nil {
		r := s.refuse(ReasonSyntax)
		r.Syntax = p.err
		return r
	}
	if reason := unfit(step, &p.m); reason != ReasonNone {
		return s.refuse(reason)
	}
	s.exchange.Advance()
	switch step {
	case StepPlain:
		s.given, _ = prepareOr(p.m.password)
		return s.ask(&p.m)
	case StepUser:
		s.question.User, _ = prepareOr(p.m.authcid)
		return s.challenge(nil)
	case StepPassword:
		s.given = p.m.password
		p.m.authcid = s.question.User
		return s.ask(&p.m)
	case StepDigest:
		s.given = p.m.digest
		return s.ask(&p.m)
	case StepClientFirst:
		if !s.scram.first(&p.m, s.config) {
			return s.refuse(ReasonMechanism)
		}
		return s.ask(&p.m)
	case StepClientFinal:
		data, reason := s.scram.final(&p.m)
		if reason != ReasonNone {
			return s.refuse(reason)
		}
		return s.challenge(data)
	}
	return s.accept() // StepEnd
}

// ask asks for the secret of the user that a message names.
func (s *Server) ask(m *message) Result {
	s.question.User, _ = prepareOr(m.authcid)
	if m.authzid != m.authcid && m.authzid != s.question.User {
		s.question.ActAs = m.authzid
	}
	s.waits = waitsForSecret
	return Result{Outcome: NeedSecret, Question: s.question}
}

// Answer takes the answer to the open question. For a name that nobody has it does what it does for a wrong password.
func (s *Server) Answer(secret Secret) Result {
	if s.waits != waitsForSecret {
		return s.refuse(ReasonOver)
	}
	if secret.Password == "" {
		secret.Known = false
	}
	if !secret.Known {
		secret.Password = "nobody's password"
	}
	var right bool
	switch s.Mechanism() {
	case SCRAMSHA256:
		s.scram.secret(s.question, secret, s.config)
		return s.challenge([]byte(s.scram.serverFirst))
	case CRAMMD5:
		right = hmac.Equal([]byte(s.given), []byte(cramDigest(s.config.Timestamp, secret.Password)))
	case Plain:
		stored, err := prepareOr(secret.Password)
		right = isSame(s.given, stored) && err == nil
	default:
		right = isSame(s.given, secret.Password)
	}
	switch {
	case !right || !secret.Known:
		return s.refuse(ReasonCredentials)
	case s.question.ActAs != "" && !secret.MayAct:
		return s.refuse(ReasonIdentity)
	}
	return s.accept()
}

// Cancel says that the client gave the exchange up (RFC 4422 §3.5).
func (s *Server) Cancel() Result { return s.refuse(ReasonCancelled) }

func (s *Server) identity() Identity {
	id := Identity{User: s.question.User, As: s.question.ActAs}
	if id.As == "" {
		id.As = id.User
	}
	return id
}

func (s *Server) accept() Result {
	s.end()
	return Result{Outcome: Accepted, Identity: s.identity()}
}

func (s *Server) refuse(reason Reason) Result {
	s.end()
	return Result{Outcome: Refused, Reason: reason, Identity: s.identity()}
}

// end forgets what need not be known any more.
func (s *Server) end() {
	s.waits, s.given, s.scram = waitsForNothing, "", scramServer{}
}

// isSame compares two passwords in a time that does not tell where they differ, nor how long the stored one is.
func isSame(given, stored string) bool {
	a, b := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(stored))
	return hmac.Equal(a[:], b[:])
}
