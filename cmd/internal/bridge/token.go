package bridge

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"
	"sync"
	"time"
)

// The kinds of token.
const (
	kindInvite = "invite" // from the teacher, for a room; many use it
	kindTicket = "ticket" // for one connection
)

const (
	ticketLife = 30 * time.Second
	maxInvite  = 7 * 24 * time.Hour
	maxToken   = 1024 // octets
	maxTickets = 1 << 16
)

// claims are what a token says.
type claims struct {
	Kind    string `json:"k"`
	Room    string `json:"r"`
	Learner string `json:"l,omitempty"` // of a ticket
	Origin  string `json:"o,omitempty"` // of a ticket: the page that asked for it
	Expires int64  `json:"e"`           // Unix seconds
	ID      string `json:"i"`
}

// signer makes and checks tokens. Any instance with the same key takes the tokens of another; that a ticket is used once
// is known to the one instance that took it.
type signer struct {
	key []byte
	now func() time.Time

	mu   sync.Mutex
	used map[string]int64 // tickets by ID, with when they expire
}

func newSigner(key []byte) *signer {
	return &signer{key: key, now: time.Now, used: map[string]int64{}}
}

func (s *signer) make(c claims, life time.Duration) string {
	c.Expires = s.now().Add(life).Unix()
	c.ID = rand.Text()
	body, _ := json.Marshal(c) // of texts and a number: it never fails
	text := base64.RawURLEncoding.EncodeToString(body)
	return text + "." + s.sign(text)
}

func (s *signer) sign(text string) string {
	h := hmac.New(sha256.New, s.key)
	h.Write([]byte("ehlo bridge 1 " + text))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

// check reads a token of a kind, and says why it is not good.
func (s *signer) check(token, kind string) (claims, *Refusal) {
	var c claims
	text, mac, found := strings.Cut(token, ".")
	switch {
	case token == "":
		return c, refuse("token-missing")
	case len(token) > maxToken || !found || !hmac.Equal([]byte(mac), []byte(s.sign(text))):
		return c, refuse("token-forged")
	}
	body, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || json.Unmarshal(body, &c) != nil || c.Kind != kind {
		return c, refuse("token-forged")
	}
	if s.now().Unix() >= c.Expires {
		return c, refuse("token-expired")
	}
	return c, nil
}

// spend takes a ticket for the page of an origin, once.
func (s *signer) spend(token, origin string) (claims, *Refusal) {
	c, refusal := s.check(token, kindTicket)
	if refusal != nil {
		return c, refusal
	}
	if c.Origin != origin {
		return c, refuse("token-origin")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now().Unix()
	if _, ok := s.used[c.ID]; ok {
		return c, refuse("token-used")
	}
	if len(s.used) >= maxTickets {
		for id, expires := range s.used {
			if expires <= now {
				delete(s.used, id)
			}
		}
		if len(s.used) >= maxTickets {
			return c, refuse("full")
		}
	}
	s.used[c.ID] = c.Expires
	return c, nil
}
