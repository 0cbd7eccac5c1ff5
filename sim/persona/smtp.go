package persona

import (
	"slices"
	"strings"

	"ehlo/sim/machine"
	"ehlo/sim/smtp"
	"ehlo/sim/toml"
)

// smtp reads the part of a server of SMTP.
func (p *parser) smtp() {
	c := &p.persona.SMTP
	if names, given := p.words("commands", `commands = ["EHLO", "HELO"]`, "persona.bad-command", smtp.CommandNames()); given {
		c.Without = smtp.WithoutAllBut(names)
	}
	names, given := p.words("extensions", `extensions = ["SIZE", "8BITMIME"]`, "persona.bad-extension", smtp.ExtensionNames())
	for _, name := range names {
		c.Extensions |= smtp.ExtensionNamed(name)
	}
	c.Order = names
	if !given {
		c.Extensions = smtp.Standard
	}
	c.Mechanisms = p.mechanisms()
	c.NeedTLS, _ = p.Bool("needs-tls", "needs-tls = true", false)
	c.Verify, _ = p.Bool("verify", "verify = true", false)
	c.MaxLine, c.MaxErrors, c.MaxRecipients = p.count("max-line"), p.count("max-errors"), p.count("max-recipients")
	c.IdleTimeout = p.duration("idle")
	for _, name := range p.quirks(smtp.LeniencyNames()) {
		form, _ := smtp.LeniencyNamed(name)
		c.Lenient |= form
	}
	c.Replies = p.smtpReplies()
	program, at := p.Text("program", `program = "Postfix"`, false)
	if strings.ContainsAny(program, "()\\") || !isOneLine(program) {
		p.Report(at, "program", "persona.bad-line", machine.Args{"text": toml.Shorten(program)})
	}
	p.persona.Program = program
	name, at := p.Text("queue-id", `queue-id = "postfix"`, false)
	if i := slices.Index(queueIDs[:], name); i >= 0 {
		p.persona.Queue = QueueID(i)
	} else {
		p.ReportNear(at, "queue-id", "persona.bad-queue-id", machine.Args{"word": toml.Shorten(name)}, name, toml.Known(queueIDs[1:]))
	}
}

// smtpReplies reads the wordings. Each begins with its code, whose first digit the file cannot change.
func (p *parser) smtpReplies() map[smtp.Wording]smtp.Reply {
	replies := make(map[smtp.Wording]smtp.Reply)
	for _, said := range p.replies(smtp.ReplyNames(), smtp.CommandNames()) {
		id, _ := smtp.ReplyNamed(said.reply)
		r, ok := smtp.ParseReply(said.text)
		key := "replies." + said.reply
		if said.command != "" {
			key = "replies." + said.command + "." + said.reply
		}
		switch usual := id.Usual(); {
		case !ok || !areLines(said.text):
			p.Report(said.at, key, "persona.bad-reply", machine.Args{"text": toml.Shorten(said.text)})
		case r.Digit() != usual.Digit():
			p.Report(said.at, key, "persona.other-status", machine.Args{"reply": said.reply, "status": usual.Digit()})
		default:
			if bad, ok := smtp.UnknownPlaceholder(r.Text); !ok {
				p.Report(said.at, key, "persona.bad-placeholder", machine.Args{"word": toml.Shorten(bad)})
			}
			replies[smtp.Wording{Reply: id, Verb: smtp.VerbNamed(said.command)}] = r
		}
	}
	return replies
}

// areLines says whether a text can be the lines of a reply: printable, with tabs where a server has them.
func areLines(text string) bool {
	return isOneLine(strings.NewReplacer("\n", "", "\t", "").Replace(text))
}
