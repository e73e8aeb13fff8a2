package catalog

// namedObjects selects schema, kind, table, name and text of all that is no
// part of a table's structure.
const namedObjects = `
  SELECT w.label, 'sequence' AS kind, coalesce(o.relname::text, '') AS rel, coalesce(o.attname, w.relname)::text AS name,
    concat_ws(' ', pg_catalog.format_type(q.seqtypid, NULL), CASE WHEN w.relpersistence = 'u' THEN 'UNLOGGED' END, nullif(` + sequenceOptions + `, '')) AS text
  FROM rel w JOIN pg_catalog.pg_sequence q ON q.seqrelid = w.rel
  LEFT JOIN LATERAL (
    SELECT c.relname, a.attname, d.deptype FROM pg_catalog.pg_depend d
    JOIN pg_catalog.pg_class c ON c.oid = d.refobjid
    JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
    WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = w.rel
      AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype IN ('a', 'i')) o ON true
  WHERE o.deptype IS DISTINCT FROM 'i'
UNION ALL
  SELECT t.label, 'enum', '', t.typname, (SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.type)
  FROM types t WHERE t.typtype = 'e'
UNION ALL
  SELECT t.label, 'domain', '', t.typname, concat_ws(' ', pg_catalog.format_type(t.typbasetype, t.typtypmod),
    CASE WHEN t.typcollation <> b.typcollation THEN 'COLLATE ' || t.typcollation::pg_catalog.regcollation END,
    CASE WHEN t.typnotnull THEN 'NOT NULL' END, 'DEFAULT ' || pg_catalog.pg_get_expr(t.typdefaultbin, 0),
    (SELECT string_agg('CONSTRAINT ' || quote_ident(c.conname) || ' ' || pg_catalog.pg_get_constraintdef(c.oid, true), ' ' ORDER BY c.conname)
      FROM pg_catalog.pg_constraint c WHERE c.contypid = t.type AND c.contype = 'c'))
  FROM types t JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype WHERE t.typtype = 'd'
UNION ALL
  SELECT t.label, 'composite type', '', t.typname, (
    SELECT string_agg(concat_ws(' ', quote_ident(a.attname), pg_catalog.format_type(a.atttypid, a.atttypmod),
      CASE WHEN a.attcollation <> b.typcollation THEN 'COLLATE ' || a.attcollation::pg_catalog.regcollation END), ', ' ORDER BY a.attnum)
    FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type b ON b.oid = a.atttypid WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped)
  FROM types t WHERE t.typtype = 'c'
UNION ALL
  SELECT t.label, 'range type', '', t.typname, concat_ws(', ', 'SUBTYPE = ' || pg_catalog.format_type(r.rngsubtype, NULL),
    'OPCLASS = ' || (SELECT oc.opcname FROM pg_catalog.pg_opclass oc WHERE oc.oid = r.rngsubopc AND NOT oc.opcdefault),
    CASE WHEN r.rngcollation <> 0 AND r.rngcollation <> (SELECT b.typcollation FROM pg_catalog.pg_type b WHERE b.oid = r.rngsubtype)
      THEN 'COLLATION = ' || r.rngcollation::pg_catalog.regcollation END,
    CASE WHEN r.rngcanonical <> 0 THEN 'CANONICAL = ' || r.rngcanonical END, CASE WHEN r.rngsubdiff <> 0 THEN 'SUBTYPE_DIFF = ' || r.rngsubdiff END)
  FROM types t JOIN pg_catalog.pg_range r ON r.rngtypid = t.type WHERE t.typtype = 'r'
UNION ALL
  SELECT p.label, CASE p.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END, '', p.signature,
    rtrim(overlay(d.def PLACING '' FROM h.at FOR length(quote_ident(p.nspname)) + 1), E'\n')
  FROM functions p
  CROSS JOIN LATERAL (SELECT pg_catalog.pg_get_functiondef(p.proc) AS def) d
  CROSS JOIN LATERAL (SELECT length('CREATE OR REPLACE ' || CASE p.prokind WHEN 'p' THEN 'PROCEDURE ' ELSE 'FUNCTION ' END) + 1 AS at) h
  WHERE p.prokind <> 'a'
UNION ALL
  SELECT p.label, 'aggregate', '', p.signature, concat_ws(', ', 'SFUNC = ' || g.aggtransfn, 'STYPE = ' || pg_catalog.format_type(g.aggtranstype, NULL),
    CASE WHEN g.aggfinalfn <> 0 THEN 'FINALFUNC = ' || g.aggfinalfn END, CASE WHEN g.aggcombinefn <> 0 THEN 'COMBINEFUNC = ' || g.aggcombinefn END,
    'INITCOND = ' || quote_literal(g.agginitval), CASE WHEN g.aggsortop <> 0 THEN 'SORTOP = ' || g.aggsortop::pg_catalog.regoperator END,
    'PARALLEL = ' || CASE p.proparallel WHEN 's' THEN 'SAFE' WHEN 'r' THEN 'RESTRICTED' ELSE 'UNSAFE' END)
  FROM functions p JOIN pg_catalog.pg_aggregate g ON g.aggfnoid = p.proc WHERE p.prokind = 'a'
UNION ALL
  SELECT w.label, 'trigger', w.relname, t.tgname, pg_catalog.pg_get_triggerdef(t.oid, true)
    || CASE t.tgenabled WHEN 'D' THEN ' DISABLED' WHEN 'R' THEN ' ENABLED FOR REPLICA' WHEN 'A' THEN ' ENABLED ALWAYS' ELSE '' END
  FROM rel w JOIN pg_catalog.pg_trigger t ON t.tgrelid = w.rel WHERE NOT t.tgisinternal AND t.tgparentid = 0
UNION ALL
  SELECT w.label, 'rule', w.relname, r.rulename, pg_catalog.pg_get_ruledef(r.oid, true)
    || CASE r.ev_enabled WHEN 'D' THEN ' DISABLED' WHEN 'R' THEN ' ENABLED FOR REPLICA' WHEN 'A' THEN ' ENABLED ALWAYS' ELSE '' END
  FROM rel w JOIN pg_catalog.pg_rewrite r ON r.ev_class = w.rel WHERE r.rulename <> '_RETURN'
UNION ALL
  SELECT w.label, 'policy', w.relname, p.polname, concat_ws(' ', CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
    'FOR ' || CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
    'TO ' || (SELECT string_agg(CASE WHEN r.id = 0 THEN 'public' ELSE r.id::pg_catalog.regrole::text END, ', ' ORDER BY 1) FROM unnest(p.polroles) AS r(id)),
    'USING (' || pg_catalog.pg_get_expr(p.polqual, p.polrelid, true) || ')', 'WITH CHECK (' || pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid, true) || ')')
  FROM rel w JOIN pg_catalog.pg_policy p ON p.polrelid = w.rel
UNION ALL
  SELECT w.label, 'statistics', w.relname, s.stxname, concat_ws(' ', '(' || (
      SELECT string_agg(CASE k WHEN 'd' THEN 'ndistinct' WHEN 'f' THEN 'dependencies' WHEN 'm' THEN 'mcv' END, ', ' ORDER BY 1) FROM unnest(s.stxkind) AS k) || ')',
    'ON ' || pg_catalog.pg_get_statisticsobjdef_columns(s.oid), CASE WHEN s.stxstattarget >= 0 THEN 'STATISTICS ' || s.stxstattarget END)
  FROM rel w JOIN pg_catalog.pg_statistic_ext s ON s.stxrelid = w.rel
UNION ALL
  SELECT n.label, 'collation', '', c.collname, (to_jsonb(c) - '{oid,collname,collnamespace,collowner,collversion,collencoding}'::text[])::text
  FROM nsp n JOIN pg_catalog.pg_collation c ON c.collnamespace = n.oid
  WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_catalog.pg_collation'::pg_catalog.regclass AND m.objid = c.oid)
UNION ALL
  SELECT n.label, 'operator', '', o.oprname || '(' || concat_ws(', ', CASE WHEN o.oprleft <> 0 THEN pg_catalog.format_type(o.oprleft, NULL) END, pg_catalog.format_type(o.oprright, NULL)) || ')',
    concat_ws(' ', o.oprcode::text, CASE WHEN o.oprcom <> 0 THEN 'COMMUTATOR ' || o.oprcom::pg_catalog.regoperator END,
      CASE WHEN o.oprnegate <> 0 THEN 'NEGATOR ' || o.oprnegate::pg_catalog.regoperator END, CASE WHEN o.oprcanhash THEN 'HASHES' END, CASE WHEN o.oprcanmerge THEN 'MERGES' END)
  FROM nsp n JOIN pg_catalog.pg_operator o ON o.oprnamespace = n.oid
  WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_catalog.pg_operator'::pg_catalog.regclass AND m.objid = o.oid)
UNION ALL
  SELECT n.label, 'text search configuration', '', c.cfgname, (SELECT p.prsname FROM pg_catalog.pg_ts_parser p WHERE p.oid = c.cfgparser) || coalesce(' ' || (
    SELECT string_agg(m.maptokentype || ': ' || m.mapdict::pg_catalog.regdictionary, ', ' ORDER BY m.maptokentype, m.mapseqno) FROM pg_catalog.pg_ts_config_map m WHERE m.mapcfg = c.oid), '')
  FROM nsp n JOIN pg_catalog.pg_ts_config c ON c.cfgnamespace = n.oid
  WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_catalog.pg_ts_config'::pg_catalog.regclass AND m.objid = c.oid)
UNION ALL
  SELECT n.label, 'text search dictionary', '', d.dictname, concat_ws(' ', (SELECT t.tmplname FROM pg_catalog.pg_ts_template t WHERE t.oid = d.dicttemplate), d.dictinitoption)
  FROM nsp n JOIN pg_catalog.pg_ts_dict d ON d.dictnamespace = n.oid
  WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_catalog.pg_ts_dict'::pg_catalog.regclass AND m.objid = d.oid)
UNION ALL
  SELECT c.label, 'comment', c.rel, c.what, c.text FROM (
    SELECT w.label, '' AS rel, 'sequence ' || w.relname AS what, pg_catalog.obj_description(w.rel, 'pg_class') AS text FROM rel w WHERE w.relkind = 'S'
    UNION ALL SELECT t.label, '', 'type ' || t.typname, pg_catalog.obj_description(t.type, 'pg_type') FROM types t
    UNION ALL SELECT t.label, '', 'type ' || t.typname || '.' || a.attname, pg_catalog.col_description(a.attrelid, a.attnum)
      FROM types t JOIN pg_catalog.pg_attribute a ON a.attrelid = t.typrelid AND t.typrelid <> 0
    UNION ALL SELECT p.label, '', CASE p.prokind WHEN 'p' THEN 'procedure ' WHEN 'a' THEN 'aggregate ' ELSE 'function ' END || p.signature, pg_catalog.obj_description(p.proc, 'pg_proc') FROM functions p
    UNION ALL SELECT w.label, w.relname, 'trigger ' || t.tgname, pg_catalog.obj_description(t.oid, 'pg_trigger')
      FROM rel w JOIN pg_catalog.pg_trigger t ON t.tgrelid = w.rel WHERE NOT t.tgisinternal AND t.tgparentid = 0
    UNION ALL SELECT w.label, w.relname, 'policy ' || p.polname, pg_catalog.obj_description(p.oid, 'pg_policy') FROM rel w JOIN pg_catalog.pg_policy p ON p.polrelid = w.rel
    UNION ALL SELECT w.label, w.relname, 'statistics ' || s.stxname, pg_catalog.obj_description(s.oid, 'pg_statistic_ext') FROM rel w JOIN pg_catalog.pg_statistic_ext s ON s.stxrelid = w.rel
  ) AS c WHERE c.text IS NOT NULL
UNION ALL
  SELECT g.label, 'grant', g.rel, g.what, g.text FROM ask CROSS JOIN LATERAL (
    SELECT w.label, CASE WHEN w.relkind = 'S' THEN '' ELSE w.relname END AS rel, CASE WHEN w.relkind = 'S' THEN 'sequence ' || w.relname ELSE '' END AS what, w.relacl AS acl FROM rel w WHERE w.relacl IS NOT NULL
    UNION ALL SELECT w.label, w.relname, a.attname, a.attacl FROM rel w JOIN pg_catalog.pg_attribute a ON a.attrelid = w.rel WHERE a.attacl IS NOT NULL AND NOT a.attisdropped
    UNION ALL SELECT p.label, '', 'function ' || p.signature, p.proacl FROM functions p WHERE p.proacl IS NOT NULL
    UNION ALL SELECT t.label, '', 'type ' || t.typname, t.typacl FROM types t WHERE t.typacl IS NOT NULL
    UNION ALL SELECT n.label, '', '', s.nspacl FROM nsp n JOIN pg_catalog.pg_namespace s ON s.oid = n.oid WHERE s.nspacl IS NOT NULL
  ) AS r(label, rel, what, acl) CROSS JOIN LATERAL (
    SELECT r.label, r.rel, r.what, string_agg(i::text, ', ' ORDER BY i::text) FROM unnest(r.acl) AS i) AS g(label, rel, what, text)
  WHERE (ask.j ->> 'grants')::boolean`
