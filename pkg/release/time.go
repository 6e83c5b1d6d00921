package release

import (
	"encoding/json"
	"time"
)

// helmTime is a time as Helm writes it: Helm 3 writes zero times as "".
type helmTime time.Time

// UnmarshalJSON implements json.Unmarshaler. It takes escapes, as Helm 4 does and
// Go's time does not.
func (t *helmTime) UnmarshalJSON(raw []byte) error {
	var text *string
	if err := json.Unmarshal(raw, &text); err != nil {
		return err
	}
	if text == nil || *text == "" {
		*t = helmTime{}
		return nil
	}
	return (*time.Time)(t).UnmarshalText([]byte(*text))
}
