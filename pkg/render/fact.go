package render

// Fact is one line of an explanation.
type Fact struct {
	// Topic is what the fact is about, such as "made by".
	Topic string `json:"topic"`
	// Fact is the fact in a few words, and Detail what it rests on.
	Fact   string `json:"fact"`
	Detail string `json:"detail,omitempty"`
}
