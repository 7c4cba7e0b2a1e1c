// Map symbols as small pictures, drawn once per theme and size and then stamped.
// Colour is the clock, shape is the stage; late has a notch and is 15 % larger, due soon a tick at twelve.

const SHAPES = { todo: "ring", in_hand: "half", suspended: "bars", closed: "dot", unassigned: "diamond" };

function circle(ctx, r, x = 0, y = 0) {
  ctx.beginPath();
  ctx.arc(x, y, r, 0, 2 * Math.PI);
}

function drawRing(ctx, colour, p, half, clock) {
  const late = clock === "late";
  const r = late ? 7 : 6;
  ctx.fillStyle = p.halo;
  circle(ctx, r + 3.6);
  ctx.fill();
  if (clock === "soon") {
    ctx.strokeStyle = p.halo;
    ctx.lineWidth = 6.4;
    ctx.lineCap = "round";
    ctx.beginPath();
    ctx.moveTo(0, -7);
    ctx.lineTo(0, -11.5);
    ctx.stroke();
  }
  ctx.fillStyle = p.surface;
  circle(ctx, r);
  ctx.fill();
  ctx.fillStyle = colour;
  if (half) {
    ctx.beginPath();
    ctx.arc(0, 0, r, 0, Math.PI);
    ctx.fill();
  }
  ctx.strokeStyle = colour;
  ctx.lineCap = "butt";
  ctx.lineWidth = late ? 3.4 : 3;
  ctx.beginPath();
  if (late) ctx.arc(0, 0, r, -0.384, -0.384 + 5.343);
  else ctx.arc(0, 0, r, 0, 2 * Math.PI);
  ctx.stroke();
  if (clock === "soon") {
    ctx.lineCap = "round";
    ctx.beginPath();
    ctx.moveTo(0, -6.4);
    ctx.lineTo(0, -11);
    ctx.stroke();
  }
  if (late) notch(ctx, colour, p);
}

function notch(ctx, colour, p) {
  ctx.fillStyle = p.halo;
  ctx.beginPath();
  ctx.moveTo(2.4, -5.5);
  ctx.lineTo(9, -7);
  ctx.lineTo(5.9, -1.4);
  ctx.fill();
  ctx.fillStyle = colour;
  circle(ctx, 2, 5.5, -4.3);
  ctx.fill();
}

function drawBars(ctx, colour, p) {
  ctx.fillStyle = p.halo;
  circle(ctx, 9.6);
  ctx.fill();
  ctx.fillStyle = p.surface;
  circle(ctx, 6);
  ctx.fill();
  ctx.strokeStyle = colour;
  ctx.lineWidth = 2.4;
  circle(ctx, 6);
  ctx.stroke();
  ctx.lineWidth = 1.8;
  ctx.lineCap = "round";
  ctx.beginPath();
  for (const x of [-1.8, 1.8]) {
    ctx.moveTo(x, -2.6);
    ctx.lineTo(x, 2.6);
  }
  ctx.stroke();
}

function drawDot(ctx, colour, p) {
  ctx.fillStyle = p.halo;
  circle(ctx, 5.2);
  ctx.fill();
  ctx.fillStyle = colour;
  circle(ctx, 3.4);
  ctx.fill();
}

function drawDiamond(ctx, colour, p) {
  const rhomb = (r) => {
    ctx.beginPath();
    for (const [x, y] of [
      [0, -r],
      [r, 0],
      [0, r],
      [-r, 0],
    ])
      ctx.lineTo(x, y);
    ctx.closePath();
    ctx.fill();
  };
  ctx.fillStyle = p.halo;
  rhomb(11.5);
  ctx.fillStyle = colour;
  rhomb(8.2);
  ctx.strokeStyle = p.surface;
  ctx.lineWidth = 1.5;
  ctx.lineCap = "round";
  ctx.stroke(new Path2D("M-2-1.6a2 2 0 1 1 2.6 2c-.5.2-.6.5-.6 1"));
  ctx.fillStyle = p.surface;
  circle(ctx, 0.95, 0, 3.7);
  ctx.fill();
}

function drawTriangle(ctx, p) {
  const path = new Path2D("M0-9L9.4 7.4H-9.4Z");
  ctx.lineJoin = "round";
  ctx.strokeStyle = p.halo;
  ctx.lineWidth = 6;
  ctx.stroke(path);
  ctx.fillStyle = p.hazard;
  ctx.fill(path);
  ctx.strokeStyle = p.hazardInk;
  ctx.lineWidth = 1.6;
  ctx.stroke(path);
  ctx.lineWidth = 2;
  ctx.lineCap = "round";
  ctx.beginPath();
  ctx.moveTo(0, -3.2);
  ctx.lineTo(0, 2);
  ctx.stroke();
  ctx.fillStyle = p.hazardInk;
  circle(ctx, 1.1, 0, 4.8);
  ctx.fill();
}

// What stands in the street, one small glyph a kind; the unknown is a plain ring.
const GLYPHS = {
  cover: "M-3 0H3M0-3V3",
  grate: "M-3-1.4H3M-3 1.4H3M-1.2-3V3M1.2-3V3",
  lamp: "M0 3V-2.6M-2.2-2.6H2.2",
  pole: "M0 3.2V-3.2M-2-1.6H2",
  sign: "M-2.4-2.6H2.4V.4H-2.4ZM0 .4V3.2",
  bin: "M-2-1.8H2L1.5 3H-1.5ZM-2.6-1.8H2.6",
  tree: "M0 3.2V0M0 0a2 2 0 1 1 .1 0",
  hydrant: "M-1.4 3V-1.6a1.4 1.4 0 0 1 2.8 0V3M-2.4.2H2.4",
  box: "M-2.4-2.4H2.4V2.4H-2.4Z",
  bench: "M-3-.4H3M-2.2-.4V2.4M2.2-.4V2.4",
  valve: "M-2.6-2L2.6 2V-2L-2.6 2Z",
};
const ROUND = new Set(["cover", "grate", "valve"]);

function drawComponent(ctx, p, glyph) {
  ctx.fillStyle = p.halo;
  circle(ctx, 4.8);
  ctx.fill();
  ctx.fillStyle = p.surface;
  ctx.strokeStyle = p.component;
  ctx.lineWidth = 1.2;
  if (ROUND.has(glyph) || !GLYPHS[glyph]) {
    circle(ctx, 3.4);
    ctx.fill();
    ctx.stroke();
  }
  ctx.lineWidth = 1;
  ctx.lineCap = "round";
  ctx.lineJoin = "round";
  ctx.stroke(new Path2D(GLYPHS[glyph] ?? "M0 0h.01"));
}

export function createSprites(getSettings) {
  const cache = new Map();
  const HALF = 16;

  function sprite(key, scale, paint) {
    const name = `${key}@${scale}`;
    if (!cache.has(name)) {
      const k = scale * getSettings().dpr;
      const canvas = new OffscreenCanvas(Math.ceil(2 * HALF * k), Math.ceil(2 * HALF * k));
      const ctx = canvas.getContext("2d");
      ctx.setTransform(k, 0, 0, k, HALF * k, HALF * k);
      paint(ctx, getSettings().palette);
      cache.set(name, canvas);
    }
    return cache.get(name);
  }

  function stamp(ctx, image, x, y, scale) {
    const size = 2 * HALF * scale;
    ctx.drawImage(image, x - size / 2, y - size / 2, size, size);
  }

  function event(ctx, x, y, stage, clock, scale) {
    const image = sprite(`${stage}/${clock}`, scale, (c, p) => {
      const colour = p.clock[clock] ?? p.clock.still;
      const shape = clock === "lost" ? "diamond" : SHAPES[stage];
      if (shape === "diamond") drawDiamond(c, p.clock.lost, p);
      else if (shape === "bars") drawBars(c, colour, p);
      else if (shape === "dot") drawDot(c, colour, p);
      else drawRing(c, colour, p, shape === "half", clock);
    });
    stamp(ctx, image, x, y, scale);
  }

  // From afar a closed case is a speck: there, and in nobody's way.
  function dot(ctx, x, y, scale) {
    if (scale) return event(ctx, x, y, "closed", "still", scale);
    ctx.globalAlpha = 0.5;
    ctx.fillStyle = getSettings().palette.clock.still;
    circle(ctx, 1.5 * getSettings().boost, x, y);
    ctx.fill();
    ctx.globalAlpha = 1;
    return undefined;
  }

  return {
    event,
    dot,
    hazard: (ctx, x, y, scale) => stamp(ctx, sprite("hazard", scale, drawTriangle), x, y, scale),
    component: (ctx, x, y, glyph, scale) =>
      stamp(
        ctx,
        sprite(`c/${glyph}`, scale, (c, p) => drawComponent(c, p, glyph)),
        x,
        y,
        scale,
      ),
    forget: () => cache.clear(),
  };
}
