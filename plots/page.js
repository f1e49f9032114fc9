// Tables sort by the head that is clicked; without script they are as they were written.
document.querySelectorAll('table.sortable').forEach(function (table) {
  var heads = table.tHead.rows[0].cells, body = table.tBodies[0];
  function value(row, i) {
    var cell = row.cells[i];
    return cell && cell.dataset.v !== undefined ? Number(cell.dataset.v) : cell.textContent.trim();
  }
  function compare(a, b) {
    if (typeof a === typeof b)
      return typeof a === 'number' ? a - b : a.localeCompare(b, undefined, {numeric: true});
    return typeof a === 'number' ? -1 : 1; // what is not known comes last
  }
  Array.prototype.forEach.call(heads, function (head, i) {
    head.className += ' sorts';
    head.tabIndex = 0;
    function sort() {
      var up = head.getAttribute('aria-sort') !== 'ascending';
      Array.prototype.forEach.call(heads, function (h) { h.removeAttribute('aria-sort'); });
      head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
      Array.from(body.rows).sort(function (a, b) {
        return (up ? 1 : -1) * compare(value(a, i), value(b, i));
      }).forEach(function (row) { body.appendChild(row); });
    }
    head.addEventListener('click', sort);
    head.addEventListener('keydown', function (e) { if (e.key === 'Enter') sort(); });
  });
});
// Paper has nothing to click.
window.addEventListener('beforeprint', function () {
  document.querySelectorAll('details').forEach(function (part) { part.open = true; });
});
