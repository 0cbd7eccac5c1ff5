package lessons

import "ehlo/sim/toml"

// Error is one thing wrong in a lesson: where, what, and how to repair it. Only its line is known. File is as in
// "01-first-message/lesson.md", Key as in "task.check.kind".
type Error = toml.Error

// Errors is everything wrong in a lesson.
type Errors = toml.Errors

// didYouMean is the repair that replaces an error's own one where something similar exists.
const didYouMean = "lessons.did-you-mean"

// problems are the identifiers of what can be wrong with a lesson. The repair of each is the same identifier with
// ".repair".
var problems = []string{
	"lessons.error.after", "lessons.error.choice", "lessons.error.choices", "lessons.error.draw",
	"lessons.error.draw-case", "lessons.error.draw-range", "lessons.error.draw-twice", "lessons.error.duration", "lessons.error.placeholder", "lessons.error.shows", "lessons.error.empty", "lessons.error.flag",
	"lessons.error.front-matter", "lessons.error.id", "lessons.error.key-missing", "lessons.error.key-unknown",
	"lessons.error.no-task", "lessons.error.only-not", "lessons.error.range", "lessons.error.step-without-task",
	"lessons.error.task-twice", "lessons.error.task-without-step", "lessons.error.toml", "lessons.error.value-kind",
	"lessons.error.verb",
}

// notes are the identifiers of what a task may still lack, and of the words that they take as arguments.
var notes = []string{
	"lessons.missing.accepted", "lessons.missing.any-message", "lessons.missing.argument", "lessons.missing.code",
	"lessons.missing.connection", "lessons.missing.count", "lessons.missing.delivered", "lessons.missing.door",
	"lessons.missing.earlier", "lessons.missing.elsewhere", "lessons.missing.flag", "lessons.missing.gone",
	"lessons.missing.late", "lessons.missing.header", "lessons.missing.header-value", "lessons.missing.login", "lessons.missing.login-refused",
	"lessons.missing.mailbox", "lessons.missing.message", "lessons.missing.not-now", "lessons.missing.order",
	"lessons.missing.other-message", "lessons.missing.other-user", "lessons.missing.part",
	"lessons.missing.part-flags",
	"lessons.missing.part-header", "lessons.missing.part-structure", "lessons.missing.part-text",
	"lessons.missing.part-whole", "lessons.missing.refused", "lessons.missing.reply", "lessons.missing.retrieved",
	"lessons.missing.returned", "lessons.missing.reverse-path", "lessons.missing.session", "lessons.missing.text",
	"lessons.missing.text-line", "lessons.missing.text-value", "lessons.missing.turned-away", "lessons.missing.underway",
	"lessons.missing.unflagged", "lessons.missing.unreachable", "lessons.missing.verb",
	"lessons.missing.verb-argument", "lessons.missing.whole",
	"lessons.says", "lessons.missing.answer", "lessons.missing.asked", "lessons.missing.deferred", "lessons.missing.line",
	"lessons.missing.login-tls", "lessons.missing.not-returned", "lessons.missing.overheard", "lessons.missing.taken", "lessons.missing.tls",
	"lessons.happened.asked", "lessons.happened.deferred", "lessons.happened.overheard", "lessons.happened.returned",
	"lessons.happened.taken", "lessons.happened.ran", "lessons.missing.ran", "lessons.missing.ran-shows", "lessons.missing.ran-status",
	"lessons.missing.served",
	"lessons.happened.connected", "lessons.happened.delivered", "lessons.happened.dialogue", "lessons.happened.fetched",
	"lessons.happened.login", "lessons.happened.mailbox", "lessons.happened.retrieved",
	"lessons.part.flags", "lessons.part.header", "lessons.part.structure", "lessons.part.text", "lessons.part.whole",
	"lessons.value.array", "lessons.value.boolean", "lessons.value.integer", "lessons.value.string", "lessons.value.table",
}

// MessageIDs lists the locale identifiers that this package uses.
func MessageIDs() []string {
	ids := append([]string{didYouMean}, notes...)
	for _, id := range problems {
		ids = append(ids, id, id+".repair")
	}
	return ids
}
