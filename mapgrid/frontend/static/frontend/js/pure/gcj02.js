// WGS-84 to GCJ-02, forward only: online tiles are moved to the data, stored data is never moved to the tiles.
// The offset is the well-known sum of sines on the Krasovsky 1940 ellipsoid.

const A = 6378245;
const EE = 0.00669342162296594323;

function waves(value, base) {
  return (20 * Math.sin(6 * value * Math.PI) + 20 * Math.sin(2 * value * Math.PI)) * (2 / 3) + base;
}

function northwards(x, y) {
  const sum = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x));
  return (
    waves(x, sum) +
    (20 * Math.sin(y * Math.PI) + 40 * Math.sin((y / 3) * Math.PI)) * (2 / 3) +
    (160 * Math.sin((y / 12) * Math.PI) + 320 * Math.sin((y * Math.PI) / 30)) * (2 / 3)
  );
}

function eastwards(x, y) {
  const sum = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x));
  return (
    waves(x, sum) +
    (20 * Math.sin(x * Math.PI) + 40 * Math.sin((x / 3) * Math.PI)) * (2 / 3) +
    (150 * Math.sin((x / 12) * Math.PI) + 300 * Math.sin((x / 30) * Math.PI)) * (2 / 3)
  );
}

export function insideChina(lon, lat) {
  return lon >= 72.004 && lon <= 137.8347 && lat >= 0.8293 && lat <= 55.8271;
}

export function wgs84ToGcj02(lon, lat) {
  if (!insideChina(lon, lat)) return { lon, lat };
  const x = lon - 105;
  const y = lat - 35;
  const phi = (lat * Math.PI) / 180;
  const magic = 1 - EE * Math.sin(phi) ** 2;
  const root = Math.sqrt(magic);
  const dLat = (northwards(x, y) * 180) / (((A * (1 - EE)) / (magic * root)) * Math.PI);
  const dLon = (eastwards(x, y) * 180) / ((A / root) * Math.cos(phi) * Math.PI);
  return { lon: lon + dLon, lat: lat + dLat };
}
