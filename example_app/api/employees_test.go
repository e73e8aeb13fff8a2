package api

import "testing"

func TestEmployeesAreATree(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.error("DELETE", "/api/employees/1", "", 409, "rows of employees refer to this one (reports_to_id)")
	s.error("DELETE", "/api/employees/3", "", 409, "rows of customers refer to this one (support_rep_id)")
	s.want("PATCH", "/api/employees/2", `{"reports_to_id": 2}`, 422, `{"errors": {"reports_to_id": ["An employee cannot report to themselves."]}}`)
	s.want("GET", "/api/employees?reports_to__isnull=true&order_by=id&limit=1&title=x", "", 200, `{"count": 0, "results": []}`)
}

func TestEmployeeTimes(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for sent, want := range map[string]string{
		"2020-01-02T03:04:05Z":           "2020-01-02T03:04:05Z",
		"2020-01-02T03:04:05+02:00":      "2020-01-02T01:04:05Z",
		"2020-01-02T03:04:05.123456789Z": "2020-01-02T03:04:05.123456Z",
		"0001-01-01T00:00:00Z":           "0001-01-01T00:00:00Z",
		"9999-12-31T23:59:59Z":           "9999-12-31T23:59:59Z",
	} {
		got := s.object("PATCH", "/api/employees/1", `{"hire_date": "`+sent+`"}`, 200)
		if got["hire_date"] != want {
			t.Errorf("%s became %v", sent, got["hire_date"])
		}
	}
	for _, sent := range []string{"0000-12-31T23:59:59Z", "9999-12-31T23:59:59-01:00", "0001-01-01T00:00:00+01:00"} {
		s.want("PATCH", "/api/employees/1", `{"hire_date": "`+sent+`"}`, 422, `{"errors": {"hire_date": ["Enter a time in the years 1 to 9999."]}}`)
	}
	s.error("PATCH", "/api/employees/1", `{"hire_date": "yesterday"}`, 400, `member "hire_date"`)
}
