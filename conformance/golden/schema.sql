-- The oracle's tables, as the models of this folder have them.
CREATE TABLE or_publisher (id bigint PRIMARY KEY, name varchar(100) NOT NULL, country varchar(2), founded date);
CREATE TABLE or_author (id bigint PRIMARY KEY, name varchar(100) NOT NULL, email varchar(100) UNIQUE, age integer,
  rating double precision, active boolean NOT NULL, mentor_id bigint REFERENCES or_author);
CREATE TABLE or_profile (id bigint PRIMARY KEY, bio text NOT NULL, prefs jsonb, author_id bigint NOT NULL UNIQUE REFERENCES or_author);
CREATE TABLE or_tag (id bigint PRIMARY KEY, name varchar(50) NOT NULL UNIQUE, parent_id bigint REFERENCES or_tag);
CREATE TABLE or_book (id bigint PRIMARY KEY, title varchar(200) NOT NULL, isbn varchar(13) NOT NULL UNIQUE, price numeric(8,2),
  pages integer NOT NULL, published date, created timestamptz NOT NULL, in_print boolean, meta jsonb, keywords varchar(20)[],
  publisher_id bigint NOT NULL REFERENCES or_publisher, editor_id bigint REFERENCES or_author);
CREATE TABLE or_store (id bigint PRIMARY KEY, name varchar(100) NOT NULL, city varchar(50), opened timestamptz);
CREATE TABLE or_review (id bigint PRIMARY KEY, stars smallint, text text, created timestamptz NOT NULL,
  book_id bigint NOT NULL REFERENCES or_book, reviewer_id bigint REFERENCES or_author);
CREATE TABLE or_book_authors (id bigint PRIMARY KEY, book_id bigint NOT NULL REFERENCES or_book,
  author_id bigint NOT NULL REFERENCES or_author, UNIQUE (book_id, author_id));
CREATE TABLE or_book_tags (id bigint PRIMARY KEY, book_id bigint NOT NULL REFERENCES or_book,
  tag_id bigint NOT NULL REFERENCES or_tag, UNIQUE (book_id, tag_id));
CREATE TABLE or_store_books (id bigint PRIMARY KEY, store_id bigint NOT NULL REFERENCES or_store,
  book_id bigint NOT NULL REFERENCES or_book, UNIQUE (store_id, book_id));
CREATE INDEX ON or_author (mentor_id);
CREATE INDEX ON or_tag (parent_id);
CREATE INDEX ON or_book (publisher_id);
CREATE INDEX ON or_book (editor_id);
CREATE INDEX ON or_review (book_id);
CREATE INDEX ON or_review (reviewer_id);
CREATE INDEX ON or_book_authors (author_id);
CREATE INDEX ON or_book_tags (tag_id);
CREATE INDEX ON or_store_books (book_id);
