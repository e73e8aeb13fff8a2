package gormango

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"gorm.io/gorm/logger"
	"gorm.io/gorm/utils"
)

// slowQuery is the default of Config.SlowQuery.
const slowQuery = 200 * time.Millisecond

// statementLogger writes GORM's messages to slog. Statements come at Debug with their values, whether
// they fail or not: the caller gets the error, and its text may hold values too. db.Debug() lifts the
// statements of its chain to Info, without values. A slow one comes at Warn too, without values.
type statementLogger struct {
	to    *slog.Logger // nil: slog.Default() at the time of the message
	level logger.LogLevel
	slow  time.Duration // below zero: none is
}

// GORM asks for a statement's text once, but a slow statement may be told twice, with its values and
// without. So where both may be needed, ParamsFilter wraps the values, Explain gives both texts, and
// Trace takes them apart.
type withAndWithout []any

const separator = "\x00" // no statement can hold one

func newLogger(to *slog.Logger, slow time.Duration) logger.Interface {
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
	if l.level >= logger.Info {
		l.write(ctx, slog.LevelInfo, fmt.Sprintf(msg, data...))
	}
}

// Warn implements logger.Interface.
func (l *statementLogger) Warn(ctx context.Context, msg string, data ...any) {
	if l.level >= logger.Warn {
		l.write(ctx, slog.LevelWarn, fmt.Sprintf(msg, data...))
	}
}

// Error implements logger.Interface.
func (l *statementLogger) Error(ctx context.Context, msg string, data ...any) {
	if l.level >= logger.Error {
		l.write(ctx, slog.LevelError, fmt.Sprintf(msg, data...))
	}
}

// Trace implements logger.Interface.
func (l *statementLogger) Trace(ctx context.Context, begin time.Time, fc func() (sql string, rows int64), err error) {
	took := time.Since(begin)
	plain, scanned := takeScanned(ctx)
	level, to := l.statements(), l.logger()
	tell := l.level != logger.Silent && to.Enabled(ctx, level)
	slow := l.slow >= 0 && took >= l.slow && l.level >= logger.Warn && to.Enabled(ctx, slog.LevelWarn)
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
		attrs[0] = slog.String("sql", sql)
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
