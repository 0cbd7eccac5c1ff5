package daemon

import (
	"strings"

	"ehlo/sim/engine"
	"ehlo/sim/smtp"
	"ehlo/sim/trace"
)

// chunkSize is the most octets that a relay sends by one BDAT.
const chunkSize = 8 << 10

// transaction is what a relay does with its message now: it hands it over for the recipients from first on that are before
// until. Where the next host takes fewer of them at once than there are, the others follow in the next transaction.
type transaction struct {
	first, until int
	asked        int    // recipients of the message that have their answers
	count        int    // transactions of this session
	together     bool   // it was sent without waiting for replies (RFC 2920 §3.1)
	refused      bool   // MAIL was, and what was sent with it means nothing
	torn         bool   // a chunk was refused, and those behind it mean nothing
	rest         []byte // what is still to be sent by BDAT
}

// begin starts a transaction for the recipients that have none yet, as many as the next host takes.
func (r *relay) begin(now engine.Time, h *Host) {
	offered := r.Offers(smtp.ExtPipelining)
	r.until, r.asked, r.refused, r.torn, r.rest = r.share(), r.first, false, false, nil
	r.together = offered && h.def.MTA.Pipelining
	r.count++
	r.Do(now, smtp.Mail{Envelope: r.envelope})
	if r.together {
		for _, to := range r.envelope.To[r.first:r.until] {
			r.Do(now, smtp.Rcpt{Recipient: to})
		}
		r.sendText(now, h)
	}
}

// share is where the recipients end that the next host takes in one transaction: it may limit them, and their domains
// (RFC 9422 §4). Recipients of one domain are neighbours.
func (r *relay) share() int {
	most, mostDomains := r.Limit(smtp.LimitRecipients), r.Limit(smtp.LimitDomains)
	domains, last := 0, ""
	for i := r.first; i < len(r.envelope.To); i++ {
		if domain := r.envelope.To[i].Domain; domains == 0 || !strings.EqualFold(domain, last) {
			domains, last = domains+1, domain
		}
		if most > 0 && i-r.first == most || mostDomains > 0 && domains > mostDomains {
			return i
		}
	}
	return len(r.envelope.To)
}

// hasDoneEnough says that the next host takes no further transaction in this session (RFC 9422 §4).
func (r *relay) hasDoneEnough() bool {
	most := r.Limit(smtp.LimitMail)
	return most > 0 && r.count >= most
}

// offers is what the next host does for the senders of what it takes.
func (r *relay) offers() (set smtp.Extensions) {
	if r.Offers(smtp.ExtDSN) {
		set |= smtp.ExtDSN
	}
	if r.Offers(smtp.ExtDeliverBy) {
		set |= smtp.ExtDeliverBy
	}
	return set
}

// answered takes the reply to a command of a transaction.
func (r *relay) answered(env Env, h *Host, conn uint32, e *smtp.Event) {
	v := verdict{class: e.Reply.Class()}
	ok := v.class == trace.ClassOK
	if !ok || isText(e.Command) && hasReport(&r.envelope) { // what was said where all went well is seldom asked
		v.text = e.Reply.String()
	}
	switch c := e.Command.(type) {
	case smtp.Mail:
		switch {
		case !ok:
			r.refused, r.until = true, len(r.envelope.To)
			for i := range r.verdicts[r.first:] {
				r.verdicts[r.first+i] = v
			}
			if !r.together {
				r.concluded(env, h, conn, false)
			}
		case !r.together:
			r.Do(env.Now(), smtp.Rcpt{Recipient: r.envelope.To[r.asked]})
		}
	case smtp.Rcpt:
		if r.refused || r.asked >= r.until {
			return
		}
		if v.class == trace.ClassTransient && e.Reply.Enhanced == "4.5.3" && r.hasTaken() {
			r.until = r.asked // there are enough for one transaction (RFC 5321 §4.5.3.1.10)
		} else {
			r.verdicts[r.asked] = v
			r.asked++
		}
		if !r.together {
			r.afterRcpt(env, h, conn)
		}
	case smtp.Data:
		r.lastWord(v)
		r.concluded(env, h, conn, !ok && !r.refused)
	case smtp.Bdat:
		if !ok && !r.torn {
			r.torn = true
			r.lastWord(v)
		}
		switch {
		case c.Last && !r.torn:
			r.lastWord(v)
			r.concluded(env, h, conn, false)
		case c.Last, r.torn && !r.together:
			r.concluded(env, h, conn, !r.refused)
		case !r.together:
			r.sendChunk(env.Now())
		}
	}
}

// isText says that a command brings the message, or a part of it.
func isText(c smtp.Command) bool {
	switch c.(type) {
	case smtp.Data, smtp.Bdat:
		return true
	}
	return false
}

// afterRcpt names the next recipient, or sends the message if anybody was taken.
func (r *relay) afterRcpt(env Env, h *Host, conn uint32) {
	switch {
	case r.asked < r.until:
		r.Do(env.Now(), smtp.Rcpt{Recipient: r.envelope.To[r.asked]})
	case r.hasTaken():
		r.sendText(env.Now(), h)
	default:
		r.concluded(env, h, conn, true)
	}
}

// hasTaken says that the next host has taken a recipient in this transaction.
func (r *relay) hasTaken() bool {
	for _, v := range r.verdicts[r.first:r.asked] {
		if v.class == trace.ClassOK {
			return true
		}
	}
	return false
}

// sendText sends the message: in chunks where the next host takes them and this one likes to.
func (r *relay) sendText(now engine.Time, h *Host) {
	if !h.def.MTA.Chunking || !r.Offers(smtp.ExtChunking) {
		r.Do(now, smtp.Data{Message: r.content})
		return
	}
	r.rest = r.content
	for r.sendChunk(now); r.together && r.rest != nil; {
		r.sendChunk(now)
	}
}

// sendChunk sends the next part of the message (RFC 3030 §2).
func (r *relay) sendChunk(now engine.Time) {
	chunk := r.rest
	if len(chunk) > chunkSize {
		chunk = chunk[:chunkSize]
		r.rest = r.rest[chunkSize:]
	} else {
		r.rest = nil
	}
	r.Do(now, smtp.Bdat{Last: r.rest == nil, Chunk: chunk})
}

// lastWord gives the recipients that were taken in this transaction their last word.
func (r *relay) lastWord(v verdict) {
	for i := r.first; i < r.until; i++ {
		if r.verdicts[i].class == trace.ClassOK {
			r.verdicts[i] = v
		}
	}
}

// concluded goes on when a transaction is over: with the recipients that are left, or with the next message. open says that
// the next host may take the transaction to be still open.
func (r *relay) concluded(env Env, h *Host, conn uint32, open bool) {
	r.first = r.until
	more := r.first < len(r.envelope.To) && !r.hasDoneEnough()
	if !more {
		r.settle(env, h)
		more = h.hasMore(r.route)
	}
	switch {
	case open && more:
		r.Do(env.Now(), smtp.Rset{})
	case len(r.entries) > 0:
		r.begin(env.Now(), h)
	default:
		r.next(env, h, conn)
	}
}
