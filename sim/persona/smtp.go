package persona

import (
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
}

// smtpReplies reads the wordings. Each begins with its code, whose first digit the file cannot change.
func (p *parser) smtpReplies() map[smtp.ReplyID]smtp.Reply {
	replies := make(map[smtp.ReplyID]smtp.Reply)
	for _, said := range p.replies(smtp.ReplyNames(), nil) {
		id, _ := smtp.ReplyNamed(said.reply)
		r, ok := smtp.ParseReply(said.text)
		key := "replies." + said.reply
		switch usual := id.Usual(); {
		case !ok || !isOneLine(said.text):
			p.Report(said.at, key, "persona.bad-reply", machine.Args{"text": toml.Shorten(said.text)})
		case r.Digit() != usual.Digit():
			p.Report(said.at, key, "persona.other-status", machine.Args{"reply": said.reply, "status": usual.Digit()})
		default:
			if bad, ok := smtp.UnknownPlaceholder(r.Text); !ok {
				p.Report(said.at, key, "persona.bad-placeholder", machine.Args{"word": toml.Shorten(bad)})
			}
			replies[id] = r
		}
	}
	return replies
}
