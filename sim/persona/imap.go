package persona

import (
	"strings"

	"ehlo/sim/imap"
	"ehlo/sim/machine"
	"ehlo/sim/toml"
)

// imap reads the part of a server of IMAP.
func (p *parser) imap() {
	c := &p.persona.IMAP
	commands := imap.CommandNames()
	if names, given := p.words("commands", `commands = ["CAPABILITY", "LOGIN"]`, "persona.bad-command", commands); given {
		c.Without = imap.WithoutAllBut(names)
	}
	c.Mechanisms = p.mechanisms()
	c.ClearNeedsTLS, _ = p.Bool("tls-for-passwords", "tls-for-passwords = true", false)
	c.Capabilities, c.Early, c.Greeted = p.offers("capabilities"), p.offers("login-capabilities"), p.offers("greeting-capabilities")
	c.ID = p.id()
	c.MaxErrors, c.LoginErrors = p.count("max-errors"), p.count("login-errors")
	c.MaxLine = p.count("max-line")
	c.IdleTimeout, c.LoginTimeout = p.duration("idle"), p.duration("login-timeout")
	c.Replies = p.imapReplies(commands)
}

// id reads what the server tells of itself, nil where the file has nothing of that.
func (p *parser) id() []string {
	const example = `id = ["name", "Dovecot"]`
	texts, places := p.Texts("id", example, false)
	if len(texts)%2 == 1 {
		p.Report(places[len(texts)-1], "id", "persona.bad-id", machine.Args{"example": example})
	}
	return texts
}

// offers reads a list of capabilities, in any case of letters, nil where the file has none.
func (p *parser) offers(name string) []string {
	texts, places := p.Texts(name, name+` = ["IMAP4rev1", "AUTH="]`, false)
	if p.Table.Get(name) == nil {
		return nil
	}
	known := imap.CapabilityNames()
	for i, text := range texts {
		if !contains(known, strings.ToUpper(text)) {
			p.ReportNear(places[i], name, "persona.bad-extension", machine.Args{"word": toml.Shorten(text)}, strings.ToUpper(text), toml.Known(known))
		}
	}
	return append([]string{}, texts...)
}

func contains(list []string, text string) bool {
	for _, t := range list {
		if t == text {
			return true
		}
	}
	return false
}

// imapReplies reads the wordings. Each begins with the word that its reply begins with.
func (p *parser) imapReplies(commands []string) map[imap.Wording]imap.Reply {
	replies := make(map[imap.Wording]imap.Reply)
	for _, said := range p.replies(imap.ReplyNames(), commands) {
		id, _ := imap.ReplyNamed(said.reply)
		r, ok := id.ParseReply(said.text)
		key := "replies." + said.reply
		if said.command != "" {
			key = "replies." + said.command + "." + said.reply
		}
		switch word, _, _ := strings.Cut(said.text, " "); {
		case ok && isOneLine(said.text):
			for _, text := range []string{r.Code, r.Text} {
				if bad, ok := imap.UnknownPlaceholder(text); !ok {
					p.Report(said.at, key, "persona.bad-placeholder", machine.Args{"word": toml.Shorten(bad)})
				}
			}
			replies[imap.Wording{Reply: id, Command: said.command}] = r
		case contains([]string{"OK", "NO", "BAD", "BYE", "+"}, word) && !contains(id.Begins(), word):
			p.Report(said.at, key, "persona.other-status", machine.Args{"reply": said.reply, "status": strings.Join(id.Begins(), ", ")})
		default:
			p.Report(said.at, key, "persona.bad-reply", machine.Args{"text": toml.Shorten(said.text)})
		}
	}
	return replies
}
