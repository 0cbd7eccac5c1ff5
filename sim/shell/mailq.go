package shell

import (
	"strconv"
	"strings"
	"time"

	"ehlo/sim/daemon"
	"ehlo/sim/engine"
	"ehlo/sim/persona"
)

// system is what kind of MTA a host has, by which its programs are those of one or the other.
func (p *Process) system() persona.QueueID {
	s := mta(p.Env().Machine().Definition())
	switch {
	case s.Persona != nil && s.Persona.Queue != persona.QueueNumber:
		return s.Persona.Queue
	case p.old():
		return persona.QueueSendmail8
	}
	return persona.QueuePostfix
}

// queueName is what the host's MTA calls a message that waits.
func (p *Process) queueName(q *daemon.Entry) string {
	id, _, _ := strings.Cut(nameOf(p.Env().Definition(), p.Env().Machine().Definition(), q.Arrived, q.Number, q.Letter), " ")
	return id
}

// none says of a program that this host has none, since its MTA comes without it.
func (p *Process) none() int {
	p.Complain("-bash: " + p.Name + ": command not found\n")
	p.Why("shell.why.other-mta", p.Host())
	return 127
}

// mailq lists the queue of the host's MTA in the form of that MTA.
func mailq(p *Process) int {
	if p.system() == persona.QueueExchange {
		return p.none()
	}
	queue := p.Env().Machine().Queue()
	switch p.system() {
	case persona.QueueSendmail8, persona.QueueSendmail:
		p.sendmailQueue(queue)
	case persona.QueueExim:
		p.eximQueue(queue)
	case persona.QueueQmail:
		p.qmailQueue(queue)
	default:
		p.postfixQueue(queue)
	}
	return 0
}

// postfixQueue lists the queue as Postfix does.
func (p *Process) postfixQueue(queue []daemon.Entry) {
	if len(queue) == 0 {
		p.Print("Mail queue is empty\n")
		return
	}
	octets := 0
	p.Print("-Queue ID-  --Size-- ----Arrival Time---- -Sender/Recipient-------\n")
	for i := range queue {
		q := &queue[i]
		octets += len(q.Content)
		mark := " "
		if q.Active {
			mark = "*"
		}
		if q.Held {
			mark = "!"
		}
		size := strconv.Itoa(len(q.Content))
		p.Print(padRight(p.queueName(q)+mark, 11), strings.Repeat(" ", max(9-len(size), 1)), size, " ", p.arrival(q).Format("Mon Jan _2 15:04:05"), "  ", shownSender(q), "\n")
		if q.Reason != "" {
			reason := "(" + q.Reason + ")"
			p.Print(strings.Repeat(" ", max(80-len(reason), 0)), reason, "\n")
		}
		for _, to := range q.To {
			p.Print(strings.Repeat(" ", 41), to.String(), "\n")
		}
		p.Print("\n")
	}
	p.Print("-- ", strconv.Itoa((octets+1023)/1024), " Kbytes in ", strconv.Itoa(len(queue)), " Request", strings.Repeat("s", boolToInt(len(queue) != 1)), ".\n")
}

// sendmailQueue lists the queue as Sendmail does; since 8.10 otherwise than before.
func (p *Process) sendmailQueue(queue []daemon.Entry) {
	recent := p.system() == persona.QueueSendmail
	n := strconv.Itoa(len(queue))
	requests := " (" + n + " request" + strings.Repeat("s", boolToInt(len(queue) != 1)) + ")\n"
	if recent {
		p.Print("MSP Queue status...\n/var/spool/mqueue-client is empty\n\t\tTotal requests: 0\nMTA Queue status...\n")
	}
	switch {
	case len(queue) == 0 && recent:
		p.Print("/var/spool/mqueue is empty\n")
	case len(queue) == 0:
		p.Print("Mail queue is empty\n")
	case recent:
		p.Print("\t\t/var/spool/mqueue", requests, "-----Q-ID----- --Size-- -----Q-Time----- ------------Sender/Recipient-----------\n")
	default:
		p.Print("\t\tMail Queue", requests, "--Q-ID-- --Size-- -----Q-Time----- ------------Sender/Recipient------------\n")
	}
	for i := range queue {
		q := &queue[i]
		mark := " "
		if q.Active {
			mark = "*"
		}
		sender := "<" + sender(q) + ">"
		if q.From.Null {
			sender = "MAILER-DAEMON"
		}
		p.Print(p.queueName(q), mark, padLeft(strconv.Itoa(len(q.Content)), 8, ' '), " ", p.arrival(q).Format("Mon Jan _2 15:04"), " ", sender, "\n")
		if q.Reason != "" {
			p.Print("                 (Deferred: ", q.Reason, ")\n")
		}
		for _, to := range q.To {
			p.Print(map[bool]string{true: "\t\t\t\t\t ", false: "\t\t\t\t   "}[recent], "<", to.String(), ">\n")
		}
	}
	if recent {
		p.Print("\t\tTotal requests: ", n, "\n")
	}
}

// eximQueue lists the queue as exim -bp does.
func (p *Process) eximQueue(queue []daemon.Entry) {
	for i := range queue {
		q := &queue[i]
		age := p.Env().Now().Sub(q.Arrived)
		old := strconv.Itoa(int(age/time.Minute)) + "m"
		if age >= 90*time.Minute {
			old = strconv.Itoa(int((age+30*time.Minute)/time.Hour)) + "h"
		}
		if age >= 72*time.Hour {
			old = strconv.Itoa(int((age+12*time.Hour)/(24*time.Hour))) + "d"
		}
		p.Print(padLeft(old, 3, ' '), " ", padLeft(eximSize(len(q.Content)), 5, ' '), " ", p.queueName(q), " <", sender(q), ">", strings.Repeat(" *** frozen ***", boolToInt(q.Held)), "\n")
		for _, to := range q.To {
			p.Print("          ", to.String(), "\n")
		}
		p.Print("\n")
	}
}

// eximSize is a number of octets as Exim writes it.
func eximSize(n int) string {
	switch {
	case n < 1024:
		return strconv.Itoa(n)
	case n < 10*1024:
		return strconv.Itoa(n/1024) + "." + strconv.Itoa(n%1024*10/1024) + "K"
	case n < 1024*1024:
		return strconv.Itoa((n+512)/1024) + "K"
	}
	return strconv.Itoa((n+512*1024)/(1024*1024)) + "M"
}

// qmailRead is qmail-qread.
func qmailRead(p *Process) int {
	if p.system() != persona.QueueQmail {
		return p.none()
	}
	if p.User() != "root" {
		p.Complain("fatal: unable to chdir\n")
		p.Why("shell.why.superuser", p.Name)
		return 111
	}
	return mailq(p)
}

// qmailStat is qmail-qstat.
func qmailStat(p *Process) int {
	if p.system() != persona.QueueQmail {
		return p.none()
	}
	p.Print("messages in queue: ", strconv.Itoa(len(p.Env().Machine().Queue())), "\nmessages in queue but not yet preprocessed: 0\n")
	return 0
}

// qmailQueue lists the queue as qmail-qread does.
func (p *Process) qmailQueue(queue []daemon.Entry) {
	for i := range queue {
		q := &queue[i]
		p.Print(p.arrival(q).Format("2 Jan 2006 15:04:05"), " GMT  #", strconv.Itoa(int(q.Number)+4000), "  ", strconv.Itoa(len(q.Content)), "  <", sender(q), "> \n")
		for _, to := range q.To {
			p.Print("\tremote\t", to.String(), "\n")
		}
	}
}

func (p *Process) arrival(q *daemon.Entry) time.Time {
	return time.Unix(p.Env().Date(q.Arrived), 0).UTC()
}

// shownSender is a message's sender as Postfix lists it.
func shownSender(q *daemon.Entry) string {
	if q.From.Null {
		return "MAILER-DAEMON"
	}
	return q.From.String()
}

// queueID is the name of a message in the queue as Postfix writes one: the microseconds of its arrival and its number.
func queueID(arrived engine.Time, letter uint32) string {
	micro := uint64(arrived) / 1000 % 1_000_000
	return strings.ToUpper(padLeft(strconv.FormatUint(micro, 16), 5, '0') + strconv.FormatUint(uint64(letter)+0x1000, 16))
}

func padLeft(s string, n int, with byte) string {
	return strings.Repeat(string(rune(with)), max(n-len(s), 0)) + s
}

func padRight(s string, n int) string { return s + strings.Repeat(" ", max(n-len(s), 0)) }
