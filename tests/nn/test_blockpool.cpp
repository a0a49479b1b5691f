#include "nn/blockpool_p.h"

#include <QtTest>

#include <atomic>
#include <cstdint>
#include <cstring>
#include <thread>

using ir::nn::BlockPool;

class TestBlockPool : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void memoryComesBackToWhoAsksNext()
    {
        const auto pool = BlockPool::make();
        void* const first = pool->take(1000).get();
        QCOMPARE(pool->take(1000).get(), first);
        QCOMPARE(pool->take(10).get(), first);
        QCOMPARE(reinterpret_cast<std::uintptr_t>(first) % 64, std::uintptr_t(0));
    }

    void whatIsInUseIsNotGivenAgain()
    {
        const auto pool = BlockPool::make();
        const auto first = pool->take(1000);
        const auto second = pool->take(1000);
        QVERIFY(first != second);
    }

    void theSmallestThatFitsIsTaken()
    {
        const auto pool = BlockPool::make();
        void* large = nullptr;
        void* small = nullptr;
        {
            const auto a = pool->take(1 << 20);
            const auto b = pool->take(1 << 10);
            large = a.get();
            small = b.get();
        }
        const auto a = pool->take(1 << 9);
        QCOMPARE(a.get(), small);
        QCOMPARE(pool->take(1 << 10).get(), large);
    }

    void growingNeedsLeaveNoSmallBlocksBehind()
    {
        // One block is in use at a time: whatever the sizes, the pool keeps one.
        const auto pool = BlockPool::make();
        for (std::size_t bytes = 64; bytes <= 1 << 16; bytes *= 2)
            std::ignore = pool->take(bytes);
        void* const last = pool->take(1 << 16).get();
        QCOMPARE(pool->take(64).get(), last);
    }

    void memoryOutlivesThePool()
    {
        auto pool = BlockPool::make();
        const auto block = pool->take(256);
        pool.reset();
        std::memset(block.get(), 1, 256);
    }

    void threadsDoNotShareBlocks()
    {
        const auto pool = BlockPool::make();
        std::atomic<int> torn = 0;
        {
            std::vector<std::jthread> threads;
            for (int thread = 1; thread <= 4; ++thread)
                threads.emplace_back([&, thread] {
                    for (int turn = 0; turn < 2000; ++turn) {
                        const auto block = pool->take(64 * static_cast<std::size_t>(1 + turn % 7));
                        auto* const bytes = static_cast<volatile unsigned char*>(block.get());
                        bytes[0] = static_cast<unsigned char>(thread);
                        std::this_thread::yield();
                        torn += bytes[0] == thread ? 0 : 1;
                    }
                });
        }
        QCOMPARE(torn.load(), 0);
    }
};

QTEST_APPLESS_MAIN(TestBlockPool)
#include "test_blockpool.moc"
