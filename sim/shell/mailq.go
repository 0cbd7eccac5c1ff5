package shell

import (
	"strconv"
	"strings"
	"time"

	"ehlo/sim/engine"
)

// mailq lists the queue of the host's MTA as Postfix does.
func mailq(p *Process) int {
	queue := p.Env().Machine().Queue()
	if len(queue) == 0 {
		p.Print("Mail queue is empty\n")
		return 0
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
		sender := q.From.String()
		if q.From.Null {
			sender = "MAILER-DAEMON"
		}
		size := strconv.Itoa(len(q.Content))
		arrived := time.Unix(p.Env().Date(q.Arrived), 0).UTC().Format("Mon Jan _2 15:04:05")
		p.Print(padRight(queueID(q.Arrived, q.Letter)+mark, 11), strings.Repeat(" ", max(9-len(size), 1)), size, " ", arrived, "  ", sender, "\n")
		if q.Reason != "" {
			reason := "(" + q.Reason + ")"
			p.Print(strings.Repeat(" ", max(80-len(reason), 0)), reason, "\n")
		}
		for _, to := range q.To {
			p.Print(strings.Repeat(" ", 41), to.String(), "\n")
		}
		p.Print("\n")
	}
	requests := "Requests"
	if len(queue) == 1 {
		requests = "Request"
	}
	p.Print("-- ", strconv.Itoa((octets+1023)/1024), " Kbytes in ", strconv.Itoa(len(queue)), " ", requests, ".\n")
	return 0
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
