package shell

// MessageIDs lists the locale identifiers that this package uses: why tools fail. {about} is what each is about.
func MessageIDs() []string {
	return []string{"shell.why.command", "shell.why.near", "shell.why.program", "shell.why.file", "shell.why.option", "shell.why.manual", "shell.why.root",
		"shell.why.name", "shell.why.port", "shell.why.refused", "shell.why.unreachable", "shell.why.no-answer", "shell.why.no-name", "shell.why.type",
		"shell.why.address", "shell.why.base64", "shell.why.fetchmailrc", "shell.why.no-servers", "shell.why.protocol", "shell.why.hangup", "shell.why.login",
		"shell.why.lock", "shell.why.no-mta", "shell.why.mta-refused", "shell.why.starttls", "shell.why.certificate", "shell.why.renegotiate", "shell.why.folder", "shell.why.no-timestamp", "shell.why.no-etrn", "shell.why.etrn",
		"shell.why.not-protocol", "shell.why.no-popper", "shell.why.su", "shell.why.stunnel", "shell.why.port-taken", "shell.why.no-postfix", "shell.why.queue-id", "shell.why.parameter",
		"shell.why.superuser", "shell.why.no-user", "shell.why.no-inetd", "shell.why.no-process",
		"shell.why.mail-address", "shell.why.recipients", "shell.why.filter", "shell.why.interface", "shell.why.capture", "shell.why.ed-shell", "shell.why.no-exim", "shell.why.other-mta", "shell.why.muttrc", "shell.why.editor"}
}
