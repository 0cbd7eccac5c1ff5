package dkim

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"

	"ehlo/sim/dns"
	"ehlo/sim/message"
)

// Result is what became of a signature (RFC 8601 §2.7.1).
type Result string

// The results.
const (
	None      Result = "none" // there is no signature
	Pass      Result = "pass"
	Fail      Result = "fail" // the message is not what was signed
	Policy    Result = "policy"
	TempError Result = "temperror"
	PermError Result = "permerror"
)

// What can be wrong with a signature.
const (
	ProblemSyntax    = "syntax"    // a tag is missing or no tag
	ProblemVersion   = "version"   // not version 1
	ProblemAlgorithm = "algorithm" // one that is unknown, forbidden, or not the key's
	ProblemIdentity  = "identity"  // i= is not within d=
	ProblemFrom      = "from"      // From is not signed
	ProblemExpired   = "expired"   // x= is over
	ProblemLength    = "length"    // l= is more than there is
	ProblemBody      = "body-hash" // the body is another
	ProblemSignature = "signature" // the header is another, or the key
	ProblemNames     = "names"     // the name servers do not answer
	ProblemNoKey     = "no-key"
	ProblemKeySyntax = "key-syntax"
	ProblemKeyShort  = "key-short" // less than 1024 bits
	ProblemRevoked   = "revoked"   // the record has an empty key
	ProblemService   = "service"   // the key is not for mail
)

// Verdict is what became of one signature.
type Verdict struct {
	Result    Result
	Problem   string // "" where it passes
	Domain    string // d=
	Selector  string // s=
	Identity  string // i=, "@" and the domain where the signature has none
	Algorithm string // a=
	Signature string // b=, without white space
	Testing   bool   // the domain only tries DKIM out
}

// maxSignatures is how many signatures of a message are looked at.
const maxSignatures = 10

// Verify verifies the signatures of a message from the top (RFC 6376 §6). now is in seconds since 1970-01-01 UTC. done is
// false where answers are missing.
func Verify(l *dns.Lookups, msg []byte, now int64) (verdicts []Verdict, done bool) {
	header, body := message.Split(msg)
	fields := message.Fields(header)
	done = true
	for _, f := range fields {
		if !strings.EqualFold(f.Name, "DKIM-Signature") || len(verdicts) == maxSignatures {
			continue
		}
		s, v := parseSignature(f)
		if v.Result == "" {
			known := s.verify(l, &v, fields, body, now)
			done = done && known
		}
		verdicts = append(verdicts, v)
	}
	return verdicts, done
}

// signature is a field that was read.
type signature struct {
	raw                       []byte
	names                     []string // h=
	hash, value               []byte   // bh=, b=
	relaxedHeader, relaxedBdy bool
	length                    int // l=, below 0 for all of the body
	expires                   int64
}

func (v *Verdict) set(r Result, problem string) { v.Result, v.Problem = r, problem }

// parseSignature reads a field (RFC 6376 §3.5, §6.1.1). The verdict has a result where it is wrong.
func parseSignature(f message.Field) (s signature, v Verdict) {
	s = signature{raw: f.Raw, length: -1}
	tags, ok := message.ParseTags(f.Value)
	v = Verdict{Domain: strings.ToLower(tags.Or("d", "")), Selector: tags.Or("s", ""), Algorithm: tags.Or("a", ""),
		Signature: message.Squeeze(tags.Or("b", ""))}
	v.Identity = tags.Or("i", "@"+v.Domain)
	ok = ok && s.read(tags) && v.Domain != "" && v.Selector != ""
	_, domain, _ := strings.Cut(strings.ToLower(v.Identity), "@")
	switch {
	case !ok:
		v.set(PermError, ProblemSyntax)
	case tags.Or("v", "") != "1":
		v.set(PermError, ProblemVersion)
	case v.Algorithm != "rsa-sha256" && v.Algorithm != "ed25519-sha256":
		v.set(PermError, ProblemAlgorithm)
	case domain != v.Domain && !strings.HasSuffix(domain, "."+v.Domain):
		v.set(PermError, ProblemIdentity)
	case !s.signs("From"):
		v.set(PermError, ProblemFrom)
	}
	return s, v
}

// read takes what DKIM's and ARC's signatures have in common.
func (s *signature) read(tags message.Tags) bool {
	var err, err2 error
	s.hash, err = base64.StdEncoding.DecodeString(message.Squeeze(tags.Or("bh", "")))
	s.value, err2 = base64.StdEncoding.DecodeString(message.Squeeze(tags.Or("b", "")))
	if err != nil || err2 != nil || len(s.hash) == 0 || len(s.value) == 0 {
		return false
	}
	for name := range strings.SplitSeq(tags.Or("h", ""), ":") {
		if name = strings.TrimSpace(name); name != "" {
			s.names = append(s.names, name)
		}
	}
	headerForm, bodyForm, given := strings.Cut(strings.ToLower(tags.Or("c", "simple/simple")), "/")
	if !given {
		bodyForm = "simple"
	}
	for _, form := range []string{headerForm, bodyForm} {
		if form != "simple" && form != "relaxed" {
			return false
		}
	}
	s.relaxedHeader, s.relaxedBdy = headerForm == "relaxed", bodyForm == "relaxed"
	if text, given := tags.Get("l"); given {
		if s.length, err = strconv.Atoi(text); err != nil || s.length < 0 {
			return false
		}
	}
	if text, given := tags.Get("x"); given {
		if s.expires, err = strconv.ParseInt(text, 10, 64); err != nil || s.expires <= 0 {
			return false
		}
	}
	return len(s.names) > 0
}

func (s *signature) signs(field string) bool {
	for _, n := range s.names {
		if strings.EqualFold(n, field) {
			return true
		}
	}
	return false
}

// verify verifies a signature that was read. known is false where its key has not come yet.
func (s *signature) verify(l *dns.Lookups, v *Verdict, fields []message.Field, body []byte, now int64) (known bool) {
	if s.expires > 0 && now > s.expires {
		v.set(PermError, ProblemExpired)
		return true
	}
	k, known := findKey(l, v)
	if !known || v.Result != "" {
		return known
	}
	v.Testing = k.testing
	if _, domain, _ := strings.Cut(strings.ToLower(v.Identity), "@"); k.strict && domain != v.Domain {
		v.set(PermError, ProblemIdentity)
		return true
	}
	s.compare(v, &k, fields, body)
	return true
}

// findKey looks a signature's key up (RFC 6376 §6.1.2). The verdict has a result where there is none that can be used.
func findKey(l *dns.Lookups, v *Verdict) (k publicKey, known bool) {
	a, known := l.Ask(v.Selector+"._domainkey."+v.Domain, dns.TXT)
	records := a.Of()
	switch {
	case !known:
		return k, false
	case a.Failed():
		v.set(TempError, ProblemNames)
		return k, true
	case len(records) == 0:
		v.set(PermError, ProblemNoKey)
		return k, true
	}
	problem := ""
	for _, r := range records { // the first that can be used
		if k, problem = parseRecord(r.Text()); problem == "" {
			break
		}
	}
	if problem == "" && !strings.HasPrefix(v.Algorithm, string(k.algorithm)+"-") {
		problem = ProblemAlgorithm
	}
	if problem == ProblemKeyShort {
		v.set(Policy, problem)
	} else if problem != "" {
		v.set(PermError, problem)
	}
	return k, true
}

// compare says whether body and header are what was signed.
func (s *signature) compare(v *Verdict, k *publicKey, fields []message.Field, body []byte) {
	content := canonicalBody(body, s.relaxedBdy)
	if s.length > len(content) {
		v.set(PermError, ProblemLength)
		return
	}
	if s.length >= 0 {
		content = content[:s.length]
	}
	if sum := sha256.Sum256(content); !bytes.Equal(sum[:], s.hash) {
		v.set(Fail, ProblemBody)
		return
	}
	p := newPicker(fields)
	var picked [][]byte
	for _, name := range s.names {
		if raw := p.pick(name); raw != nil {
			picked = append(picked, raw)
		}
	}
	if !k.verify(digestFields(picked, s.raw, s.relaxedHeader), s.value) {
		v.set(Fail, ProblemSignature)
		return
	}
	v.set(Pass, "")
}
