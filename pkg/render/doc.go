// Package render turns findings into what people and programs read: tables for
// people, and versioned objects for every other format. All text from the
// cluster passes through Clean here, so that no escape sequence reaches a
// terminal.
package render
