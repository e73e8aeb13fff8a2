package catalog

// sequenceOptions is the SQL for the options of the sequence q that differ from
// those of an identity column.
const sequenceOptions = `concat_ws(' ',
	CASE WHEN q.seqincrement <> 1 THEN 'INCREMENT BY ' || q.seqincrement END,
	CASE WHEN q.seqmin <> CASE WHEN q.seqincrement > 0 THEN 1 ELSE CASE q.seqtypid WHEN 21 THEN -32768 WHEN 23 THEN -2147483648 ELSE -9223372036854775808 END END
		THEN 'MINVALUE ' || q.seqmin END,
	CASE WHEN q.seqmax <> CASE WHEN q.seqincrement < 0 THEN -1 ELSE CASE q.seqtypid WHEN 21 THEN 32767 WHEN 23 THEN 2147483647 ELSE 9223372036854775807 END END
		THEN 'MAXVALUE ' || q.seqmax END,
	CASE WHEN q.seqstart <> CASE WHEN q.seqincrement > 0 THEN q.seqmin ELSE q.seqmax END THEN 'START WITH ' || q.seqstart END,
	CASE WHEN q.seqcache <> 1 THEN 'CACHE ' || q.seqcache END,
	CASE WHEN q.seqcycle THEN 'CYCLE' END)`

// partsOfTable are arguments of json_build_object: the columns, indexes and
// constraints of the relation w.rel.
const partsOfTable = `
      'columns', (
        SELECT json_agg(json_build_object(
          'name', a.attname, 'oid', a.atttypid::bigint, 'type', pg_catalog.format_type(a.atttypid, a.atttypmod),
          'notnull', a.attnotnull, 'default', pg_catalog.pg_get_expr(d.adbin, d.adrelid, true),
          'identity', a.attidentity::text, 'generated', a.attgenerated::text,
          'collation', CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::pg_catalog.regcollation::text END,
          'comment', pg_catalog.col_description(a.attrelid, a.attnum),
          'extra', concat_ws(' ',
            CASE WHEN a.attstorage <> t.typstorage THEN 'STORAGE ' || CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END END,
            CASE a.attcompression WHEN 'p' THEN 'COMPRESSION pglz' WHEN 'l' THEN 'COMPRESSION lz4' END,
            CASE WHEN a.attstattarget >= 0 THEN 'STATISTICS ' || a.attstattarget END,
            CASE WHEN a.attoptions IS NOT NULL THEN 'WITH (' || array_to_string(a.attoptions, ', ') || ')' END,
            CASE WHEN a.attfdwoptions IS NOT NULL THEN 'OPTIONS (' || array_to_string(a.attfdwoptions, ', ') || ')' END,
            CASE WHEN a.attnotnull THEN (
              SELECT CASE WHEN NOT n.convalidated THEN 'NOT NULL NOT VALID' WHEN n.connoinherit THEN 'NOT NULL NO INHERIT' END
              FROM pg_catalog.pg_constraint n WHERE n.conrelid = a.attrelid AND n.contype = 'n' AND n.conkey = ARRAY[a.attnum]) END,
            CASE WHEN a.attidentity <> '' THEN (
              SELECT nullif(` + sequenceOptions + `, '')
              FROM pg_catalog.pg_depend o JOIN pg_catalog.pg_sequence q ON q.seqrelid = o.objid
              WHERE o.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND o.deptype = 'i'
                AND o.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND o.refobjid = a.attrelid AND o.refobjsubid = a.attnum) END),
          'counted', a.atthasdef AND a.attgenerated = '' AND EXISTS (
            SELECT FROM pg_catalog.pg_depend o JOIN pg_catalog.pg_sequence q ON q.seqrelid = o.objid
            JOIN pg_catalog.pg_depend u ON u.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND u.objid = d.oid
              AND u.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND u.refobjid = q.seqrelid
            WHERE o.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND o.deptype = 'a'
              AND o.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND o.refobjid = a.attrelid AND o.refobjsubid = a.attnum),
          'inherited', NOT a.attislocal) ORDER BY a.attnum)
        FROM pg_catalog.pg_attribute a
        JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
        LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE a.attrelid = w.rel AND a.attnum > 0 AND NOT a.attisdropped),
      'indexes', (
        SELECT json_agg(json_build_object(
          'name', i.relname, 'method', am.amname, 'unique', x.indisunique, 'valid', x.indisvalid,
          'partial', x.indpred IS NOT NULL,
          'columns', (
            SELECT json_agg(coalesce(a.attname::text, '') ORDER BY k.n)
            FROM unnest(x.indkey::smallint[]) WITH ORDINALITY AS k(att, n)
            LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = k.att AND k.att > 0
            WHERE k.n <= x.indnkeyatts),
          'parts', (
            SELECT json_agg(json_build_object(
              'text', pg_catalog.pg_get_indexdef(x.indexrelid, k.n::int, true),
              'opclass', CASE WHEN NOT oc.opcdefault THEN
                CASE WHEN pg_catalog.pg_opclass_is_visible(oc.oid) THEN '' ELSE quote_ident(ocn.nspname) || '.' END || quote_ident(oc.opcname) END,
              'collation', CASE WHEN k.coll <> 0 AND k.coll <> ia.attcollation THEN k.coll::pg_catalog.regcollation::text
                WHEN k.coll <> 0 AND k.att > 0 AND k.coll <> (SELECT a.attcollation FROM pg_catalog.pg_attribute a WHERE a.attrelid = x.indrelid AND a.attnum = k.att)
                THEN k.coll::pg_catalog.regcollation::text END,
              'desc', k.opt & 1 = 1,
              'nulls', CASE k.opt & 3 WHEN 1 THEN 'last' WHEN 2 THEN 'first' END) ORDER BY k.n)
            FROM ROWS FROM (unnest(x.indkey::smallint[]), unnest(x.indclass::oid[]), unnest(x.indcollation::oid[]), unnest(x.indoption::smallint[]))
              WITH ORDINALITY AS k(att, cls, coll, opt, n)
            JOIN pg_catalog.pg_opclass oc ON oc.oid = k.cls
            JOIN pg_catalog.pg_namespace ocn ON ocn.oid = oc.opcnamespace
            JOIN pg_catalog.pg_attribute ia ON ia.attrelid = x.indexrelid AND ia.attnum = k.n
            WHERE k.n <= x.indnkeyatts),
          'include', (
            SELECT json_agg(a.attname ORDER BY k.n)
            FROM unnest(x.indkey::smallint[]) WITH ORDINALITY AS k(att, n)
            JOIN pg_catalog.pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = k.att
            WHERE k.n > x.indnkeyatts),
          'where', pg_catalog.pg_get_expr(x.indpred, x.indrelid, true),
          'constraint', (SELECT c.conname FROM pg_catalog.pg_constraint c WHERE c.conindid = x.indexrelid AND c.conrelid = x.indrelid AND c.contype IN ('p', 'u', 'x')),
          'extra', concat_ws(' ', CASE WHEN x.indisclustered THEN 'CLUSTER' END, CASE WHEN x.indisreplident THEN 'REPLICA IDENTITY' END,
            (SELECT 'TABLESPACE ' || quote_ident(s.spcname) FROM pg_catalog.pg_tablespace s WHERE s.oid = i.reltablespace)),
          'options', array_to_string(i.reloptions, ', '),
          'comment', pg_catalog.obj_description(i.oid, 'pg_class'),
          'inherited', i.relispartition,
          'def', pg_catalog.pg_get_indexdef(x.indexrelid, 0, true)) ORDER BY i.relname)
        FROM pg_catalog.pg_index x
        JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
        JOIN pg_catalog.pg_am am ON am.oid = i.relam
        WHERE x.indrelid = w.rel),
      'constraints', (
        SELECT json_agg(json_build_object(
          'name', c.conname, 'kind', c.contype::text,
          'columns', (
            SELECT json_agg(a.attname ORDER BY k.n)
            FROM unnest(c.conkey) WITH ORDINALITY AS k(att, n)
            JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.att),
          'refschema', fn.nspname, 'reftable', f.relname,
          'refcolumns', (
            SELECT json_agg(a.attname ORDER BY k.n)
            FROM unnest(c.confkey) WITH ORDINALITY AS k(att, n)
            JOIN pg_catalog.pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.att),
          'ondelete', c.confdeltype::text, 'onupdate', c.confupdtype::text,
          'deferrable', c.condeferrable, 'deferred', c.condeferred, 'invalid', NOT c.convalidated,
          'comment', pg_catalog.obj_description(c.oid, 'pg_constraint'),
          'inherited', c.conparentid <> 0 OR NOT c.conislocal,
          'def', pg_catalog.pg_get_constraintdef(c.oid, true)) ORDER BY c.conname)
        FROM pg_catalog.pg_constraint c
        LEFT JOIN pg_catalog.pg_class f ON f.oid = c.confrelid
        LEFT JOIN pg_catalog.pg_namespace fn ON fn.oid = f.relnamespace
        WHERE c.conrelid = w.rel AND c.contype IN ('p', 'u', 'c', 'f', 'x'))`
