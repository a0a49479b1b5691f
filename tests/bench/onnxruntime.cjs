// Time of ONNX Runtime for one image: node onnxruntime.cjs MODEL.onnx INPUT.f32 SIDE THREADS SECONDS
// INPUT.f32 is one float32 plane. Prints JSON as bench_engine does. NODE_PATH leads to onnxruntime-node.
const fs = require("fs");
const ort = require("onnxruntime-node");

async function main() {
  const [model, inputFile, side, threads, seconds] = process.argv.slice(2);
  const session = await ort.InferenceSession.create(model, {
    executionProviders: ["cpu"],
    graphOptimizationLevel: "all",
    intraOpNumThreads: Number(threads),
    interOpNumThreads: 1,
  });
  const bytes = fs.readFileSync(inputFile);
  const plane = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const batchOf = (count) => {
    const data = new Float32Array(plane.length * count);
    for (let i = 0; i < count; ++i) data.set(plane, i * plane.length);
    return { input: new ort.Tensor("float32", data, [count, 1, Number(side), Number(side)]) };
  };

  const first = await session.run(batchOf(1));
  const ms = {};
  for (const count of [1, 4, 8]) {
    const feeds = batchOf(count);
    let best = Infinity;
    const end = performance.now() + Number(seconds) * 1000;
    for (let call = 0; call < 3 || performance.now() < end; ++call) {
      const start = performance.now();
      await session.run(feeds);
      best = Math.min(best, performance.now() - start);
    }
    ms[count] = best / count;
  }
  console.log(JSON.stringify({ logits: Array.from(first.logits.data), ms }));
}

main();
