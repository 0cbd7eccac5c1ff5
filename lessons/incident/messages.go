package incident

import "strings"

// names are the message identifiers of this package, behind "incident.".
const names = `binary binary.repair capture.too-long capture.too-long.repair capture.cut capture.cut.repair capture.unknown-link
capture.unknown-link.repair capture.no-mail capture.no-mail.repair no-world.session no-world.session.repair no-world.log
no-world.log.repair no-world.report no-world.report.repair no-world.header no-world.header.repair no-world.capture
no-world.capture.repair world-too-large world-too-large.repair kind.session kind.log kind.report kind.header kind.capture
title.session title.stream title.capture title.letter title.loose title.header title.original title.status title.words
title.body body loose capture.streams capture.other capture.fragments capture.short capture.broken stream.again stream.early
stream.missing stream.begun stream.reset tls.type tls.type.meaning tls.version tls.version.meaning tls.length
tls.length.meaning tls.summary tls.broken tls.client-hello tls.client-hello.version tls.client-hello.named tls.server-hello
tls.server-hello.version tls.handshake tls.change-cipher-spec tls.alert tls.data letter.sender-unknown letter.null-sender
letter.from letter.from-client letter.user letter.sent letter.sent-at letter.deferred letter.deferred-at letter.bounced
letter.bounced-at letter.unknown letter.unknown-at letter.open log.time log.host log.host.meaning log.program
log.program.meaning log.pid log.pid.meaning log.queue-id log.queue-id.meaning log.mark log.mark.meaning log.key log.from
log.from.meaning log.to log.to.meaning log.orig-to log.orig-to.meaning log.relay log.relay.meaning log.delay
log.delay.meaning log.delays log.delays.meaning log.xdelay log.xdelay.meaning log.dsn log.dsn.meaning log.status
log.status.meaning log.size log.size.meaning log.nrcpt log.nrcpt.meaning log.message-id log.message-id.meaning log.client
log.client.meaning log.proto log.proto.meaning log.helo log.helo.meaning log.mailer log.mailer.meaning log.pri
log.pri.meaning log.ctladdr log.ctladdr.meaning log.class log.class.meaning log.daemon log.daemon.meaning log.ruleset
log.ruleset.meaning log.arg1 log.arg1.meaning log.reject log.reject.meaning log.uid log.uid.meaning log.sasl-method
log.sasl-method.meaning log.sasl-username log.sasl-username.meaning log.tls log.tls.meaning log.router log.router.meaning
log.reply log.reply.meaning log.verify log.verify.meaning said.taken said.named said.queued said.sent said.deferred
said.bounced said.expired said.not-taken said.removed said.rejected said.host-said said.connect said.disconnect said.lost
said.timeout said.no-connection said.too-many-errors said.tls said.tls-failed said.tls-untrusted said.tls-verified
said.warning said.fatal said.statistics said.started said.bounce-sent said.report-sent said.delay-sent said.no-mail
said.exim.in said.exim.dry said.exim.frozen said.exim.thawed field.received field.return-path field.delivered-to
field.x-original-to field.envelope-to field.from field.sender field.reply-to field.to field.cc field.bcc field.subject
field.date field.message-id field.in-reply-to field.references field.mime-version field.content-type
field.content-transfer-encoding field.auto-submitted field.dkim-signature field.authentication-results field.received-spf
field.arc-seal field.arc-message-signature field.arc-authentication-results field.reporting-mta field.received-from-mta
field.arrival-date field.original-envelope-id field.original-recipient field.final-recipient field.action field.status
field.remote-mta field.diagnostic-code field.last-attempt-date field.final-log-id field.will-retry-until field.none
field.name field.value null-sender decoded action.failed action.delayed action.delivered action.relayed action.expanded
diagnostic.type diagnostic.type.meaning diagnostic.own bounce.address bounce.address.meaning bounce.postfix bounce.qmail
bounce.exim bounce.sendmail bounce.exchange bounce.gmail bounce.divider bounce.client bounce.server hop hop.plain hop.here
hop.number hop.delay hop.slow hop.back hop.undated hop.other-name hop.gap hops hops.trust received.from
received.from.meaning received.by received.by.meaning received.via received.via.meaning received.with received.with.meaning
received.id received.id.meaning received.for received.for.meaning received.date received.date.meaning received.tcp-info
received.tcp-info.meaning received.tls received.tls.meaning received.comment with.smtp with.esmtp with.esmtps with.esmtpa
with.esmtpsa with.lmtp with.lmtps with.lmtpa with.lmtpsa with.utf8smtp with.utf8smtps with.utf8smtpa with.utf8smtpsa
with.http with.https with.local with.mapi auth.result auth.result.meaning auth.host auth.pass auth.fail auth.softfail
auth.neutral auth.none auth.temperror auth.permerror auth.policy dkim.v dkim.a dkim.b dkim.b.meaning dkim.bh dkim.bh.meaning
dkim.c dkim.c.meaning dkim.d dkim.d.meaning dkim.h dkim.h.meaning dkim.i dkim.i.meaning dkim.l dkim.l.meaning dkim.q
dkim.q.meaning dkim.s dkim.s.meaning dkim.t dkim.t.meaning dkim.x dkim.x.meaning dkim.z dkim.z.meaning dkim.cv
dkim.cv.meaning dkim.signer dkim.bad dkim.length holds.password holds.user holds.address holds.subject holds.body holds.host
holds.ip assume.addresses assume.bodies assume.challenge assume.client assume.delays assume.home assume.host
assume.incomplete assume.latency assume.letters assume.more-hosts assume.more-letters assume.more-sessions assume.next-host
assume.not-now assume.passwords assume.recipient assume.refused-login assume.sealed assume.sender assume.words`

// MessageIDs lists every identifier that this package emits, but for those of package paste and of the protocols.
func MessageIDs() []string {
	var ids []string
	for name := range strings.FieldsSeq(names) {
		ids = append(ids, "incident."+name)
	}
	return ids
}
