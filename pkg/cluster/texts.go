package cluster

import "strings"

// textBlock is how many bytes of texts are allocated at once.
const textBlock = 4 << 10

// texts makes strings of what is read, many out of one allocation. All of a block stay in
// memory while one of them is used: what is kept is made by other texts than what passes by.
type texts struct{ block strings.Builder }

// of returns the text as a string.
func (t *texts) of(text []byte) string {
	t.room(len(text))
	start := t.block.Len()
	t.block.Write(text)
	return t.block.String()[start:]
}

// copy returns a string that shares no memory with the one given.
func (t *texts) copy(text string) string {
	t.room(len(text))
	start := t.block.Len()
	t.block.WriteString(text)
	return t.block.String()[start:]
}

// room sees to it that so many bytes fit into the block: when it grows, its strings would
// be copied, and stay where they were as well.
func (t *texts) room(size int) {
	if t.block.Cap()-t.block.Len() >= size {
		return
	}
	t.block = strings.Builder{}
	t.block.Grow(max(size, textBlock))
}
