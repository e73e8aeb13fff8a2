// Package rules checks what the project asks of its own source: who may import
// whom, and how comments are worded. It holds tests alone, which read files and
// need neither a database nor the go command.
package rules
