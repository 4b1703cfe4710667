// The same work by sharp, on one thread: three WebP, one JPEG, a tiny one. Prints CPU seconds, one line a round.
const sharp = require("sharp");
const { readFileSync } = require("node:fs");

sharp.concurrency(1);
sharp.cache(false);
const file = readFileSync(process.argv[2]);

const work = async () => {
  const { data, info } = await sharp(file).rotate().resize(2048, 2048, { fit: "inside" })
    .raw().toBuffer({ resolveWithObject: true });
  const raw = { raw: { width: info.width, height: info.height, channels: info.channels } };
  for (const box of [2048, 960, 320]) {
    await sharp(data, raw).resize(box, box, { fit: "inside" }).webp({ quality: 80 }).toBuffer();
  }
  await sharp(data, raw).resize(960, 960, { fit: "inside" }).jpeg({ quality: 80 }).toBuffer();
  await sharp(data, raw).resize(24, 24, { fit: "inside" }).webp({ quality: 60 }).toBuffer();
};

(async () => {
  await work();
  for (let round = 0; round < Number(process.argv[3]); round += 1) {
    const before = process.cpuUsage();
    await work();
    const used = process.cpuUsage(before);
    console.log((used.user + used.system) / 1e6);
  }
})();
