package gormside

import (
	"context"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"
	"gorm.io/gorm/utils"
)

// statementLogger writes GORM's messages to slog. Statements come at Debug with
// their values, whether they fail or not: the caller gets the error, and its
// text may hold values too. db.Debug() lifts the statements of its chain to
// Info, without values. A slow one comes at Warn too, without values.
type statementLogger struct {
	to    *slog.Logger // nil: slog.Default() at the time of the message
	level logger.LogLevel
	slow  time.Duration // none is below zero
}

// withAndWithout are the values of a statement whose text is needed twice, with
// and without them, since a slow statement may be logged twice. GORM asks for
// the text once: ParamsFilter wraps the values, Explain returns both texts, and
// Trace takes them apart.
type withAndWithout []any

const separator = "\x00" // no statement can hold one

// NewLogger returns GORM's logger that writes to a slog.Logger, slog.Default()
// at the time of each message if that is nil. A statement that takes slow or
// longer is logged at Warn; below zero none is.
func NewLogger(to *slog.Logger, slow time.Duration) logger.Interface {
	return &statementLogger{to: to, level: logger.Warn, slow: slow}
}

// LogMode implements logger.Interface.
func (l *statementLogger) LogMode(level logger.LogLevel) logger.Interface {
	changed := *l
	changed.level = level
	return &changed
}

// Info implements logger.Interface.
func (l *statementLogger) Info(ctx context.Context, msg string, data ...any) {
	l.message(ctx, logger.Info, slog.LevelInfo, msg, data)
}

// Warn implements logger.Interface.
func (l *statementLogger) Warn(ctx context.Context, msg string, data ...any) {
	l.message(ctx, logger.Warn, slog.LevelWarn, msg, data)
}

// Error implements logger.Interface.
func (l *statementLogger) Error(ctx context.Context, msg string, data ...any) {
	l.message(ctx, logger.Error, slog.LevelError, msg, data)
}

func (l *statementLogger) message(ctx context.Context, from logger.LogLevel, level slog.Level, msg string, data []any) {
	if l.level >= from {
		l.write(ctx, level, fmt.Sprintf(msg, data...))
	}
}

// Trace implements logger.Interface.
func (l *statementLogger) Trace(ctx context.Context, begin time.Time, fc func() (sql string, rows int64), err error) {
	took := time.Since(begin)
	plain, scanned := takeScanned(ctx)
	level := l.statements()
	tell, slow := l.wanted(ctx, took)
	if !tell && !slow {
		return
	}
	text, rows := fc()
	sql, explained, both := strings.Cut(text, separator)
	if !both {
		explained = sql
	}
	if scanned {
		sql = plain
		if level > slog.LevelDebug {
			explained = plain
		}
	}
	attrs := []slog.Attr{slog.String("sql", explained), slog.Duration("took", took)}
	if rows >= 0 {
		attrs = append(attrs, slog.Int64("rows", rows))
	}
	if slow {
		attrs[0] = slog.String("sql", brief(sql))
		l.write(ctx, slog.LevelWarn, "gormango: slow statement", attrs...)
		attrs[0] = slog.String("sql", explained)
	}
	if tell {
		if err != nil && level == slog.LevelDebug {
			attrs = append(attrs, slog.String("error", err.Error()))
		}
		l.write(ctx, level, "gormango: statement", attrs...)
	}
}

// wanted reports whether a statement is logged, and whether as a slow one.
func (l *statementLogger) wanted(ctx context.Context, took time.Duration) (tell, slow bool) {
	to := l.logger()
	return l.level != logger.Silent && to.Enabled(ctx, l.statements()),
		l.slow >= 0 && took >= l.slow && l.level >= logger.Warn && to.Enabled(ctx, slog.LevelWarn)
}

// Wants reports whether Trace logs a statement that began then. A caller need
// not prepare one that is not.
func (l *statementLogger) Wants(ctx context.Context, begin time.Time) bool {
	tell, slow := l.wanted(ctx, time.Since(begin))
	return tell || slow
}

// ParamsFilter keeps values out of every record above Debug.
func (l *statementLogger) ParamsFilter(ctx context.Context, sql string, params ...any) (string, []any) {
	if len(params) == 0 || l.statements() > slog.LevelDebug || !l.logger().Enabled(ctx, slog.LevelDebug) {
		return sql, nil
	}
	return sql, []any{withAndWithout(params)}
}

func (l *statementLogger) statements() slog.Level {
	if l.level >= logger.Info {
		return slog.LevelInfo
	}
	return slog.LevelDebug
}

func (l *statementLogger) logger() *slog.Logger {
	if l.to != nil {
		return l.to
	}
	return slog.Default()
}

func (l *statementLogger) write(ctx context.Context, level slog.Level, msg string, attrs ...slog.Attr) {
	to := l.logger()
	if !to.Enabled(ctx, level) {
		return
	}
	r := slog.NewRecord(time.Now(), level, msg, utils.CallerFrame().PC)
	r.AddAttrs(attrs...)
	_ = to.Handler().Handle(ctx, r) // a log that cannot be written has nowhere to say so
}

// recorder is the logger under which GORM's Scan runs its statement. It writes
// the values into the text, and passes only that on to the logger of the
// database.
var recorder = reflect.TypeOf(logger.Recorder.New())

// scanned is the context of a statement that a Scan has run. It carries the
// text without values until that is logged.
type scanned struct {
	context.Context
	sql string
}

type scannedKey struct{}

// Value implements context.Context.
func (s *scanned) Value(key any) any {
	if key == (scannedKey{}) {
		return s
	}
	return s.Context.Value(key)
}

// keepScanned puts the text of a Scan's statement into its context, after the
// statement has run.
func keepScanned(db *gorm.DB) {
	if reflect.TypeOf(db.Logger) == recorder {
		db.Statement.Context = &scanned{db.Statement.Context, db.Statement.SQL.String()}
	}
}

// takeScanned returns the text without values if the statement was one of Scan.
func takeScanned(ctx context.Context) (sql string, ok bool) {
	s, _ := ctx.Value(scannedKey{}).(*scanned)
	if s == nil || s.sql == "" {
		return "", false
	}
	sql, s.sql = s.sql, ""
	return sql, true
}
