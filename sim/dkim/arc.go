package dkim

import (
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"

	"ehlo/sim/dns"
	"ehlo/sim/message"
)

// The fields of a set (RFC 8617 §4.1), in the order in which a seal covers them.
var arcFields = [...]string{"ARC-Authentication-Results", "ARC-Message-Signature", "ARC-Seal"}

// maxSets is the longest chain (RFC 8617 §4.2.1).
const maxSets = 50

// Chain is what became of a chain of seals (RFC 8617 §5.2).
type Chain struct {
	Result  Result // [None], [Pass], [Fail], or [TempError] where a key cannot be had now
	Problem string
	Sets    int
	Sealer  string // who sealed last
	Says    string // what that one had found out: the value of its ARC-Authentication-Results field behind the instance
}

// ProblemChain is a set that is not whole, out of order, or says itself that the chain is broken.
const ProblemChain = "chain"

// arcSet is one set of fields.
type arcSet struct{ fields [len(arcFields)]message.Field }

func (s *arcSet) tags(i int) message.Tags {
	t, _ := message.ParseTags(s.fields[i].Value)
	return t
}

// arcSets gathers the sets of a header, the first one first. ok is false where one is not whole.
func arcSets(fields []message.Field) (sets []arcSet, ok bool) {
	for _, f := range fields {
		for kind, name := range arcFields {
			if !strings.EqualFold(f.Name, name) {
				continue
			}
			first, _, _ := strings.Cut(f.Value, ";")
			tag, number, _ := strings.Cut(first, "=")
			n, err := strconv.Atoi(strings.TrimSpace(number))
			if err != nil || strings.TrimSpace(tag) != "i" || n < 1 || n > maxSets {
				return nil, false
			}
			for len(sets) < n {
				sets = append(sets, arcSet{})
			}
			if sets[n-1].fields[kind].Raw != nil {
				return nil, false
			}
			sets[n-1].fields[kind] = f
		}
	}
	for _, s := range sets {
		for _, f := range s.fields {
			if f.Raw == nil {
				return nil, false
			}
		}
	}
	return sets, true
}

// VerifyChain verifies the seals of a message: all of them, and the newest signature of the message (RFC 8617 §5.2). done is
// false where answers are missing.
func VerifyChain(l *dns.Lookups, msg []byte) (c Chain, done bool) {
	header, body := message.Split(msg)
	fields := message.Fields(header)
	sets, whole := arcSets(fields)
	c = Chain{Result: Pass, Sets: len(sets)}
	switch {
	case !whole:
		return Chain{Result: Fail, Problem: ProblemChain}, true
	case len(sets) == 0:
		return Chain{Result: None}, true
	}
	newest := &sets[len(sets)-1]
	_, c.Says, _ = strings.Cut(newest.fields[0].Value, ";")
	c.Sealer = strings.ToLower(newest.tags(2).Or("d", ""))
	for i := range sets {
		want := "pass"
		if i == 0 {
			want = "none"
		}
		if sets[i].tags(2).Or("cv", "") != want {
			c.Result, c.Problem = Fail, ProblemChain
			return c, true
		}
	}
	done = true
	settle := func(v Verdict) {
		switch {
		case v.Result == "":
			done = false
		case v.Result == TempError && c.Result == Pass:
			c.Result, c.Problem = TempError, v.Problem
		case v.Result != Pass && v.Result != TempError && c.Result != Fail:
			c.Result, c.Problem = Fail, v.Problem
		}
	}
	settle(messageSignature(l, newest, fields, body))
	for i := range sets {
		settle(sealOf(l, sets[:i+1]))
	}
	return c, done
}

// signerOf is who made a signature, by its tags.
func signerOf(tags message.Tags) Verdict {
	v := Verdict{Domain: strings.ToLower(tags.Or("d", "")), Selector: tags.Or("s", ""), Algorithm: tags.Or("a", "")}
	if v.Identity = "@" + v.Domain; v.Domain == "" || v.Selector == "" {
		v.set(PermError, ProblemSyntax)
	}
	return v
}

// messageSignature verifies the ARC-Message-Signature of a set, which is made as DKIM's is (RFC 8617 §4.1.2). The verdict is
// without a result where its key has not come yet.
func messageSignature(l *dns.Lookups, set *arcSet, fields []message.Field, body []byte) Verdict {
	tags := set.tags(1)
	v := signerOf(tags)
	s := signature{raw: set.fields[1].Raw, length: -1}
	if !s.read(tags) || s.signs("ARC-Seal") || !s.signs("From") {
		v.set(PermError, ProblemSyntax)
	}
	if v.Result != "" {
		return v
	}
	if k, known := findKey(l, &v); known && v.Result == "" {
		s.compare(&v, &k, fields, body)
	}
	return v
}

// sealOf verifies the seal of the last of some sets, which covers all of them (RFC 8617 §5.1.1).
func sealOf(l *dns.Lookups, sets []arcSet) Verdict {
	last := &sets[len(sets)-1]
	tags := last.tags(2)
	v := signerOf(tags)
	value, err := base64.StdEncoding.DecodeString(message.Squeeze(tags.Or("b", "")))
	if _, given := tags.Get("h"); err != nil || given {
		v.set(PermError, ProblemSyntax)
	}
	if v.Result != "" {
		return v
	}
	k, known := findKey(l, &v)
	if !known || v.Result != "" {
		return v
	}
	if v.set(Pass, ""); !k.verify(digestFields(sealed(sets), last.fields[2].Raw, true), value) {
		v.set(Fail, ProblemSignature)
	}
	return v
}

// sealed is what a seal covers: all fields of all sets but itself.
func sealed(sets []arcSet) (raw [][]byte) {
	for i := range sets {
		for kind, f := range sets[i].fields {
			if i < len(sets)-1 || kind < 2 {
				raw = append(raw, f.Raw)
			}
		}
	}
	return raw
}

// Seal returns the set of fields to put before a message that goes on, with their line ends: what was found out about it
// (the value of an Authentication-Results field), a signature of the message, and a seal over the whole chain, of which c
// is what was found (RFC 8617 §5.1). A chain that is broken is not gone on with.
func (s *Signer) Seal(msg []byte, c Chain, results string, now int64) []byte {
	header, body := message.Split(msg)
	fields := message.Fields(header)
	sets, whole := arcSets(fields)
	if !whole || c.Result != None && c.Result != Pass || len(sets) == maxSets {
		return nil
	}
	instance := "i=" + strconv.Itoa(len(sets)+1) + "; "
	by := "a=" + string(s.Key.Algorithm) + "-sha256; d=" + s.Domain + "; s=" + s.Selector + ";\r\n\tt=" + strconv.FormatInt(now, 10) + "; "
	names, chosen := choose(fields)
	sum := sha256.Sum256(canonicalBody(body, true))
	sign := arcFields[1] + ": " + instance + by + "c=relaxed/relaxed; h=" + strings.Join(names, ":") + ";\r\n\tbh=" +
		base64.StdEncoding.EncodeToString(sum[:]) + ";\r\n\tb="
	found := []byte(arcFields[0] + ": " + instance + strings.TrimSuffix(results, "\r\n") + "\r\n")
	signature := finish(sign, s.Key.sign(digestFields(chosen, []byte(sign), true)))
	seal := arcFields[2] + ": " + instance + by + "cv=" + string(c.Result) + ";\r\n\tb="
	sets = append(sets, arcSet{[len(arcFields)]message.Field{{Raw: found}, {Raw: signature}, {}}})
	seal = string(finish(seal, s.Key.sign(digestFields(sealed(sets), []byte(seal), true))))
	return append(append([]byte(seal), signature...), found...)
}
