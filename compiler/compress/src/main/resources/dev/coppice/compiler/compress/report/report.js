'use strict';
(() => {
  const root = document.documentElement;
  const problems = [];
  const problem = (text) => {
    problems.push(text);
    root.dataset.problems = problems.join(' | ');
  };
  addEventListener('error', (e) => problem(e.message));
  addEventListener('securitypolicyviolation', (e) => problem('blocked: ' + e.violatedDirective));

  const specs = JSON.parse(document.getElementById('charts').textContent);
  const places = [...document.querySelectorAll('.chart')];
  const NARROW = 520;
  const row = (labels, series) => (labels > 30 ? 10 : 13) * (series + 0.6);
  let charts = [];

  const colour = (name) => getComputedStyle(root).getPropertyValue('--' + name).trim();
  const short = (text, most) => (text.length > most ? text.slice(0, most - 1) + '…' : text);
  const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
  const exact = new Intl.NumberFormat('en', { maximumSignificantDigits: 6 });
  const tick = (v) => (Math.abs(v) >= 10000 ? compact.format(v) : exact.format(v));

  function series(spec) {
    return spec.series.map((s, i) => {
      const own = s.colour ? colour(s.colour) : colour('c' + (i % 6));
      const line = spec.kind !== 'bars';
      return {
        label: s.name,
        data: s.values,
        backgroundColor: own,
        borderColor: own,
        borderWidth: line ? 2 : 0,
        borderDash: line && i >= 6 ? [6, 3] : [],
        pointRadius: spec.kind === 'points' ? 5 : 3,
        pointStyle: s.mark || 'circle',
        showLine: spec.kind !== 'points',
        spanGaps: true,
      };
    });
  }

  function axis(title, more) {
    return {
      title: { display: Boolean(title), text: title || '', color: colour('faint') },
      ticks: { color: colour('faint'), callback: tick, ...(more && more.ticks) },
      grid: { color: colour('rule') },
      ...(more && more.rest),
    };
  }

  function scales(spec, width) {
    const names = (axisOf) =>
      function (value) {
        return short(String(this.getLabelForValue(value)), axisOf);
      };
    if (spec.kind === 'bars') {
      const most = Math.max(8, Math.floor((width * 0.36) / 6.5));
      return {
        x: axis(spec.y, { rest: { beginAtZero: true } }),
        y: axis('', { ticks: { autoSkip: false, callback: names(most) } }),
      };
    }
    if (spec.labels) {
      return {
        x: axis(spec.x, { ticks: { callback: names(16), maxRotation: 60 } }),
        y: axis(spec.y, { rest: { beginAtZero: true } }),
      };
    }
    return { x: axis(spec.x, { rest: { type: 'linear' } }), y: axis(spec.y) };
  }

  function draw(place) {
    const spec = specs[Number(place.dataset.chart)];
    const bars = spec.kind === 'bars';
    const width = place.clientWidth;
    place.style.height =
      (bars ? 70 + spec.labels.length * row(spec.labels.length, spec.series.length) : 300) + 'px';
    const canvas = document.createElement('canvas');
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', place.dataset.label);
    place.replaceChildren(canvas);
    const legend = spec.series.length > 1 && spec.series.length <= (width < NARROW ? 8 : 16);
    return new Chart(canvas, {
      type: bars ? 'bar' : 'line',
      data: { labels: spec.labels, datasets: series(spec) },
      options: {
        animation: false,
        indexAxis: bars ? 'y' : 'x',
        maintainAspectRatio: false,
        interaction: { mode: bars ? 'index' : 'nearest', axis: bars ? 'y' : 'xy', intersect: false },
        scales: scales(spec, width),
        plugins: {
          legend: {
            display: legend,
            position: bars ? 'top' : 'bottom',
            labels: { color: colour('ink'), boxWidth: 14, usePointStyle: !bars },
          },
          tooltip: {
            callbacks: {
              label: (c) => {
                const v = bars ? c.parsed.x : c.parsed.y;
                const at = spec.labels ? '' : ' at ' + exact.format(c.parsed.x);
                const what = c.raw && c.raw.what ? ', ' + c.raw.what : '';
                return c.dataset.label + ': ' + exact.format(v) + at + what;
              },
            },
          },
        },
      },
    });
  }

  function drawAll() {
    charts.forEach((c) => c.destroy());
    charts = places.map(draw);
    root.dataset.charts = String(charts.length);
  }

  let closed = [];
  addEventListener('beforeprint', () => {
    closed = [...document.querySelectorAll('details:not([open])')];
    closed.forEach((d) => (d.open = true));
    root.classList.add('printing');
    drawAll();
  });
  addEventListener('afterprint', () => {
    closed.forEach((d) => (d.open = false));
    root.classList.remove('printing');
    drawAll();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll);
  let width = innerWidth;
  addEventListener('resize', () => {
    if (innerWidth !== width) {
      width = innerWidth;
      drawAll();
    }
  });

  drawAll();
})();
